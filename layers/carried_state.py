"""The state that a stream of text carries from one batch to the next."""

import numpy as np
import tensorflow as tf


class CarriedState:
    """Variables that hold a model's state between two batches of the same streams.

    Row i of every batch continues row i of the batch before. Under a distribution strategy each replica keeps the rows
    that it is fed; checkpoints contain the whole state, in the order of the global batch.

    Args:
        zeros: the state of one replica before any text: dict of tensors (rows, ...).

    Create it under the strategy's scope. An empty dict makes an object that carries nothing.

    Example:
        >>> carried = CarriedState({"h": tf.zeros((2, 3))})
        >>> carried.write({"h": tf.ones((2, 3))})
        >>> carried.read(restart=tf.constant([True, False]))["h"].numpy().tolist()
        [[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]
    """

    def __init__(self, zeros):
        self._strategy = tf.distribute.get_strategy()
        self._variables = {
            name: tf.Variable(
                value,
                trainable=False,
                name=f"carried_{name}",
                # Local to each replica: never averaged, never copied from one to another.
                synchronization=tf.VariableSynchronization.ON_READ,
                aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
            )
            for name, value in zeros.items()
        }
        self._reset = tf.function(lambda: self._strategy.run(self._write_zeros), autograph=False)
        self._gather = tf.function(self._gather_rows, autograph=False)

    def __bool__(self):
        return bool(self._variables)

    def read(self, restart=None):
        """Returns the state of this replica's rows; zeros where `restart` (rows,) is true, since a new text starts."""
        state = {name: tf.identity(variable) for name, variable in self._variables.items()}
        if restart is None:
            return state
        return {
            name: tf.where(tf.reshape(restart, [-1] + [1] * (value.shape.rank - 1)), tf.zeros_like(value), value)
            for name, value in state.items()
        }

    def write(self, state):
        """Stores the state of this replica's rows."""
        for name, variable in self._variables.items():
            variable.assign(state[name])

    def reset(self):
        """Resets the state to zeros on every replica."""
        self._reset()

    def to_arrays(self):
        """Returns all rows of the global batch, a dict of arrays. All workers must call it together."""
        return {name: value.numpy() for name, value in self._gather().items()} if self else {}

    def from_arrays(self, arrays):
        """Restores the rows of every replica from the result of `to_arrays`."""
        replicas = self._strategy.num_replicas_in_sync
        for name, variable in self._variables.items():
            shares = np.split(arrays[name], replicas)
            per_replica = self._strategy.experimental_distribute_values_from_function(
                lambda context, shares=shares: tf.constant(shares[context.replica_id_in_sync_group])
            )
            assign = tf.function(
                lambda values, variable=variable: self._strategy.run(lambda v: variable.assign(v), args=(values,)),
                autograph=False,
            )
            assign(per_replica)

    def _write_zeros(self):
        self.write({name: tf.zeros_like(variable) for name, variable in self._variables.items()})

    def _gather_rows(self):
        values = self._strategy.run(self.read)
        return {name: self._strategy.gather(value, axis=0) for name, value in values.items()}
