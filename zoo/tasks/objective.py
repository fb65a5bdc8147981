"""What a model is trained for, as the training step sees it."""

import abc

import tensorflow as tf


class Objective(abc.ABC):
    """A loss that is a sum over counted items (tokens, mostly) and can be taken in parts.

    The training step divides by the number of items in the *global* batch, so that neither padding nor the number of
    replicas, workers or accumulation steps changes the result. That is why sum and count are asked for apart.

    Attributes:
        scale: what the mean loss is multiplied by before its gradient is taken; 1 for a loss per token, the sequence
            length for one per sequence. Reported losses are never scaled.
    """

    scale = 1.0

    def prepare(self, batch, *, training):
        """Turns a batch of the dataset into a batch of the loss (masking words, for instance); here: as it is."""
        del training
        return batch

    def initial_state(self, model, *, training):
        """The state of one replica's rows before any text, for models that carry it; empty otherwise."""
        del model, training
        return {}

    @abc.abstractmethod
    def losses(self, model, batch, state, *, training) -> tuple[tf.Tensor, dict]:
        """The loss of every item in nats, float32 of the shape of `batch["weights"]`, and the state after the batch."""

    def count(self, batch) -> tf.Tensor:
        """The number of items counted in a prepared batch: float32 scalar."""
        return tf.reduce_sum(batch["weights"])

    def counted(self, losses, batch) -> tf.Tensor:
        """The losses of a prepared batch times their weights, and 0 where an item does not count.

        Chosen and not multiplied by 0: what stands on padding may be infinite, and infinity times 0 is NaN.
        """
        weights = batch["weights"]
        return tf.where(weights > 0, losses, tf.zeros_like(losses)) * weights

    def loss_sum(self, model, batch, state, *, training) -> tuple[tf.Tensor, dict]:
        """The loss summed over the counted items, float32 scalar in nats, and the state after the batch."""
        losses, new_state = self.losses(model, batch, state, training=training)
        return tf.reduce_sum(self.counted(losses, batch)), new_state

    def replica_count(self, batch):
        """`count` over all replicas; call it in a replica context."""
        context = tf.distribute.get_replica_context()
        return context.all_reduce(tf.distribute.ReduceOp.SUM, self.count(batch))
