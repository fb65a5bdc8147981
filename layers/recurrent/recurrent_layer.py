"""The base class of the recurrent layers."""

from typing import Any, ClassVar

import keras
import tensorflow as tf


class RecurrentLayer:
    """A recurrent Keras layer with a faster loop where cuDNN does not apply; a mixin for Keras' class.

    On a GPU this is cuDNN's kernel, as Keras calls it, for float32 and float16 and texts padded at their end, where
    there is one. Elsewhere Keras steps through a cell that multiplies inputs and state at every step; here the
    inputs of all steps are projected in one product, and a subclass runs the rest. Weights and results are those of the
    class of Keras on a CPU, except for masked steps before the first unmasked one: their output is the initial h, where
    Keras returns zeros, so that a text may be split anywhere.

    A subclass sets `fixed`, arguments that must not be changed, and `cudnn`, and implements `recur`.

    Args:
        units: hidden units, H.
        recurrent_dropout: share of h_{t-1} dropped on its way into the gates, one mask for all steps (Gal & Ghahramani
            2016). Above 0 cuDNN's kernel does not apply in training.
        seed: seed of the recurrent dropout.
        **kwargs: arguments of the class of Keras.

    Raises:
        ValueError: an argument is given that must not be changed.
    """

    fixed: ClassVar[dict[str, Any]] = {"dropout": 0.0, "zero_output_for_mask": False}
    cudnn: ClassVar[bool] = False
    num_states: ClassVar[int] = 1
    cell: Any
    use_bias: bool
    use_cudnn: Any = False
    return_sequences: bool
    go_backwards: bool
    compute_dtype: str

    def __init__(self, units, *, recurrent_dropout=0.0, seed=None, **kwargs):
        for name, only in self.fixed.items():
            value = kwargs.pop(name, only)
            if value != only:
                raise ValueError(f"{type(self).__name__}: {name} must be {only!r}, not {value!r}")
        own = {name: value for name, value in self.fixed.items() if "activation" in name}
        # Recurrent dropout is kept from the class of Keras, whose cells draw masks, and so change their seeds, in
        # inference too.
        super().__init__(units, **own, **kwargs)  # pyright: ignore[reportCallIssue]
        self.recurrent_dropout_rate = recurrent_dropout
        self._in_keras = False
        self.seed = seed
        self.recurrent_seed_generator = keras.random.SeedGenerator(seed)

    @property
    def recurrent_dropout(self):
        """Share of h_{t-1} that is dropped in training; 0 for Keras, which would not use cuDNN's kernel otherwise."""
        return 0.0 if self._in_keras else self.recurrent_dropout_rate

    def recur(self, projected, states, *, mask, dropout_mask, training):
        """Runs the loop: projected inputs (T, B, K), states (B, H) -> outputs (T, B, H) and the last states.

        Args:
            projected: inputs times kernel plus bias.
            states: the states before the first step.
            mask: boolean (T, B) or None.
            dropout_mask: (B, H), already scaled, that multiplies h_{t-1} on its way into the gates; or None.
            training: whether a gradient will be needed.
        """
        raise NotImplementedError(f"{type(self).__name__} has no loop over time")

    def recurrent_kernel(self):
        """The matrix by which h_{t-1} is multiplied, (H, K)."""
        return tf.cast(self.cell.recurrent_kernel, self.compute_dtype)

    def input_bias(self):
        """The bias of the projected inputs, (K,), or None."""
        return self.cell.bias

    def inner_loop(self, sequences, initial_state, mask, training=False):
        """Keras' hook that runs over time; returns the last output, all outputs and the states."""
        if isinstance(mask, (list, tuple)):
            mask = mask[0]
        mask = None if mask is None else tf.cast(mask, tf.bool)
        sequences = tf.cast(sequences, self.compute_dtype)
        initial_state = [tf.cast(state, self.compute_dtype) for state in initial_state]
        if (training and self.recurrent_dropout) or not self._may_use_cudnn():
            return self._loop(sequences, initial_state, mask, training=training)
        if mask is None:
            return self._of_keras(sequences, initial_state, None, training=training)
        return tf.cond(
            _padded_at_the_end(mask),
            lambda: self._cudnn(sequences, initial_state, mask, training=training),
            lambda: self._loop(sequences, initial_state, mask, training=training),
        )

    def _may_use_cudnn(self) -> bool:
        """Whether there is a GPU, and a kernel for this layer.

        Not for bfloat16: TensorFlow 2.21 has one there, whose gradients were seen to be wrong by orders of magnitude
        (float32 and float16 were correct up to rounding; H200, cuDNN 9.19).
        """
        supported = self.cudnn and self.use_bias and self.compute_dtype in ("float32", "float16")
        return supported and self.use_cudnn in ("auto", True) and bool(tf.config.list_logical_devices("GPU"))

    def _cudnn(self, sequences, initial_state, mask, *, training):
        """Runs cuDNN's kernel; the outputs of masked steps, which it sets to zero, are those of the loop."""
        h, outputs, states = self._of_keras(sequences, initial_state, mask, training=training)
        if self.return_sequences:
            # Read backwards, the padding comes first.
            carried = initial_state[0] if self.go_backwards else h
            in_order = mask[:, ::-1] if self.go_backwards else mask
            outputs = tf.where(in_order[..., tf.newaxis], outputs, carried[:, tf.newaxis])
        return h, outputs, list(states)

    def _of_keras(self, sequences, initial_state, mask, *, training) -> Any:
        self._in_keras = True
        try:
            return super().inner_loop(sequences, initial_state, mask, training=training)  # pyright: ignore[reportAttributeAccessIssue]
        finally:
            self._in_keras = False

    def _loop(self, sequences, initial_state, mask, *, training):
        projected = self._project(sequences)
        time_major_mask = None if mask is None else tf.transpose(mask)
        if self.go_backwards:
            projected = tf.reverse(projected, axis=[0])
            time_major_mask = None if mask is None else tf.reverse(time_major_mask, axis=[0])
        dropping = bool(training and self.recurrent_dropout)
        outputs, *states = self.recur(
            projected,
            initial_state,
            mask=time_major_mask,
            dropout_mask=self._recurrent_dropout_mask(initial_state[0]) if dropping else None,
            training=bool(training),
        )
        h = states[0]
        return h, (tf.transpose(outputs, (1, 0, 2)) if self.return_sequences else h[:, tf.newaxis]), states

    def _recurrent_dropout_mask(self, h):
        """Returns zeros and 1 / (1 - rate), (B, H)."""
        return keras.random.dropout(tf.ones_like(h), self.recurrent_dropout, seed=self.recurrent_seed_generator)

    def _project(self, sequences):
        """Projects (B, T, D) -> (T, B, K): the part of the gates that does not depend on the previous step."""
        kernel = tf.cast(self.cell.kernel, self.compute_dtype)
        time_major = tf.transpose(sequences, (1, 0, 2))  # (T, B, D)
        steps, batch = time_major.shape[0], time_major.shape[1]
        rows = tf.matmul(tf.reshape(time_major, (-1, kernel.shape[0])), kernel)  # (T·B, K)
        bias = self.input_bias()
        if bias is not None:
            rows = tf.nn.bias_add(rows, tf.cast(bias, self.compute_dtype))
        dynamic = tf.shape(time_major)
        shape = (dynamic[0] if steps is None else steps, dynamic[1] if batch is None else batch, kernel.shape[1])
        return tf.reshape(rows, shape)

    def get_config(self):
        """The constructor's arguments."""
        config = super().get_config()  # pyright: ignore[reportAttributeAccessIssue]
        for name in self.fixed:
            config.pop(name, None)
        kernel = {"use_cudnn": self.use_cudnn} if self.cudnn else {}
        return {**config, **kernel, "recurrent_dropout": self.recurrent_dropout, "seed": self.seed}


def _padded_at_the_end(mask):
    """Whether every text of a boolean mask, (B, T), has a token and no masked step before its last one: ()."""
    holes = tf.reduce_any(mask[:, 1:] & ~mask[:, :-1])
    return tf.reduce_all(mask[:, :1]) & ~holes
