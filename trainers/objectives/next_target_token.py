"""Predicting the next token of a target."""

from ...zoo.tasks import Objective
from .with_rows import with_rows


class NextTargetToken(Objective):
    """Cross-entropy of each next token of a target, given its source, in nats a token (Sutskever et al. 2014).

    Args:
        rows: rows of a replica's training batch; None leaves them open.
        evaluation_rows: rows of a replica's validation batch; None leaves them open.
        label_smoothing: share of the target's probability that training spreads over all words; validation is without.

    Batches are those of a `PairSource`.

    Example:
        >>> model.compile("adam", objective=NextTargetToken())
        >>> model.fit(dataset)
    """

    def __init__(self, *, rows=None, evaluation_rows=None, label_smoothing=0.0):
        self.rows = rows
        self.evaluation_rows = evaluation_rows
        self.label_smoothing = label_smoothing

    def prepare(self, batch, *, training):
        """Gives the batch the number of rows that it is known to have."""
        return with_rows(batch, self.rows if training else self.evaluation_rows)

    def losses(self, model, batch, state, *, training):
        """See `Objective.losses`."""
        del state
        losses = model.negative_log_likelihood(
            {
                "source_ids": batch["source_ids"],
                "source_mask": batch["source_mask"],
                "token_ids": model.behind_start(batch["targets"]),
            },
            batch["targets"],
            training=training,
            label_smoothing=self.label_smoothing if training else 0.0,
        )
        return losses, {}
