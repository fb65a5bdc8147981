"""Guessing masked tokens."""

from ...zoo.tasks import Objective
from .with_rows import with_rows

READ = ("token_ids", "padding_mask", "masked_positions")


class MaskedToken(Objective):
    """Cross-entropy of the tokens at masked places, in nats a token (Devlin et al. 2019, arXiv:1810.04805).

    Args:
        rows: rows of a replica's training batch; None leaves them open.
        evaluation_rows: rows of a replica's validation batch; None leaves them open.

    Batches are those of a `MaskedSource`, which hides the tokens.

    Example:
        >>> model.compile("adam", objective=MaskedToken())
        >>> model.fit(dataset)
    """

    def __init__(self, *, rows=None, evaluation_rows=None):
        self.rows = rows
        self.evaluation_rows = evaluation_rows

    def prepare(self, batch, *, training):
        """Gives the batch the number of rows that it is known to have."""
        return with_rows(batch, self.rows if training else self.evaluation_rows)

    def losses(self, model, batch, state, *, training):
        """See `Objective.losses`."""
        del state
        inputs = {name: batch[name] for name in READ}
        return model.negative_log_likelihood(inputs, batch["targets"], training=training), {}
