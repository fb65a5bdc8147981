"""Predicting the next token."""

import tensorflow as tf

from ...zoo.tasks import Objective


class NextToken(Objective):
    """Cross-entropy of each next token, in nats a token.

    Args:
        carried_rows: rows of a replica's training batch whose state is carried from batch to batch; 0 starts every row
            from an empty state.
        evaluated_rows: the same for validation batches.
        scale: what the mean loss is multiplied by for its gradient. The sequence length makes it the loss a sequence,
            which the learning rates and clipping norms of Zaremba et al. 2014 are for.

    Batches are those of a `BatchSource`.

    Example:
        >>> model.compile("adam", objective=NextToken())
        >>> model.fit(dataset)
    """

    def __init__(self, *, carried_rows=0, evaluated_rows=0, scale=1.0):
        self.carried_rows = carried_rows
        self.evaluated_rows = evaluated_rows
        self.scale = scale

    def initial_state(self, model, *, training):
        """The model's own initial state for the rows of this replica, or nothing."""
        rows = self.carried_rows if training else self.evaluated_rows
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
