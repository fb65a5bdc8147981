"""Predicting the next token."""

from ...zoo.tasks import Objective
from .with_rows import with_rows


class NextToken(Objective):
    """Cross-entropy of each next token, in nats a token.

    Args:
        rows: rows of a replica's training batch. Known rows let XLA compile the loss; several workers lose them on the
            way. None leaves them open.
        carry: whether each row of a training batch continues the row of the batch before, state included; needs `rows`.
        evaluation_rows: rows of a replica's validation batch; None leaves them open.
        evaluation_carry: whether validation carries the state; needs `evaluation_rows`.
        scale: what the mean loss is multiplied by for its gradient. The sequence length makes it the loss a sequence,
            which the learning rates and clipping norms of Zaremba et al. 2014 are for.

    Batches are those of a `BatchSource`.

    Example:
        >>> model.compile("adam", objective=NextToken())
        >>> model.fit(dataset)
    """

    def __init__(self, *, rows=None, carry=False, evaluation_rows=None, evaluation_carry=False, scale=1.0):
        for name, carries, given in (("carry", carry, rows), ("evaluation_carry", evaluation_carry, evaluation_rows)):
            if carries and not given:
                raise ValueError(f"NextToken: {name} needs the rows of a replica's batch")
        self.rows = rows
        self.carry = carry
        self.evaluation_rows = evaluation_rows
        self.evaluation_carry = evaluation_carry
        self.scale = scale

    def prepare(self, batch, *, training):
        """Gives the batch the number of rows that it is known to have."""
        return with_rows(batch, self.rows if training else self.evaluation_rows)

    def initial_state(self, model, *, training):
        """The model's own initial state for the rows of this replica, or nothing."""
        rows, carry = (self.rows, self.carry) if training else (self.evaluation_rows, self.evaluation_carry)
        return model.initial_state(rows) if carry else {}

    def losses(self, model, batch, state, *, training):
        """See `Objective.losses`."""
        losses, new_state = model.negative_log_likelihood(
            {"token_ids": batch["token_ids"]}, batch["targets"], state=state or None, training=training
        )
        return losses, new_state if state else {}
