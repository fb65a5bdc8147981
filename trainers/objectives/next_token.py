"""Predicting the next token."""

import tensorflow as tf

from ...zoo.tasks import Objective


class NextToken(Objective):
    """Cross-entropy of each next token, in nats a token.

    Args:
        rows: rows of a replica's training batch. Known rows let XLA compile the loss; several workers lose them on the
            way. None leaves them open.
        carry: whether each row of a training batch continues the row of the batch before, state included; needs `rows`.
        evaluation_rows: rows of a replica's validation batch, whose state is carried; None carries nothing.
        scale: what the mean loss is multiplied by for its gradient. The sequence length makes it the loss a sequence,
            which the learning rates and clipping norms of Zaremba et al. 2014 are for.

    Batches are those of a `BatchSource`.

    Example:
        >>> model.compile("adam", objective=NextToken())
        >>> model.fit(dataset)
    """

    def __init__(self, *, rows=None, carry=False, evaluation_rows=None, scale=1.0):
        if carry and not rows:
            raise ValueError("NextToken: carry needs rows, the rows of a replica's batch")
        self.rows = rows
        self.carry = carry
        self.evaluation_rows = evaluation_rows
        self.scale = scale

    def prepare(self, batch, *, training):
        """Gives the batch the number of rows that it is known to have."""
        rows = self.rows if training else self.evaluation_rows
        return {name: tf.ensure_shape(value, (rows, *value.shape[1:])) for name, value in batch.items()}

    def initial_state(self, model, *, training):
        """The model's own initial state for the rows of this replica, or nothing."""
        rows = (self.rows if self.carry else None) if training else self.evaluation_rows
        return model.initial_state(rows) if rows else {}

    def count(self, batch):
        """Targets that count."""
        return tf.reduce_sum(batch["weights"])

    def loss_sum(self, model, batch, state, *, training):
        """See `Objective.loss_sum`."""
        losses, new_state = model.negative_log_likelihood(
            {"token_ids": batch["token_ids"]}, batch["targets"], state=state or None, training=training
        )
        return tf.reduce_sum(losses * batch["weights"]), new_state if state else {}
