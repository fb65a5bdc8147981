"""A stack of recurrent layers with dropout, normalisation and residual connections between them."""

from typing import Any

import keras
import tensorflow as tf

from .elman import Elman
from .gru import GRU
from .lstm import LSTM

CELLS = {"lstm": LSTM, "gru": GRU, "elman": Elman}
NORMS = ("none", "layer", "batch")


@keras.saving.register_keras_serializable(package="langzoo")
class RecurrentEncoder(keras.layers.Layer):
    """A stack of recurrent layers, in one direction or both, that takes and returns the state.

    Between two layers, in this order: normalisation, residual sum, dropout. With the defaults and `dropout` this is the
    network of Zaremba et al. 2014 (arXiv:1409.2329), whose dropout touches only what flows upwards; the state that
    flows in time is dropped by `recurrent_dropout` (Gal & Ghahramani 2016, arXiv:1512.05287).

    Args:
        num_layers: number of layers.
        hidden_dim: units per layer and direction, H.
        cell: "lstm", "gru" or "elman", the type of the layers.
        bidirectional: whether a second layer reads each layer backwards; outputs are then 2H wide, and no state goes
            in, since the end of a sequence must be known to read it backwards. What comes out has that of the second
            layers, too, at the first step: `h_<layer>_backward` and so on.
        dropout: share dropped between layers, anew at every step.
        recurrent_dropout: share of h_{t-1} dropped, one mask for all steps of a call.
        norm: "none", "layer" (Ba et al. 2016) or "batch" (Ioffe & Szegedy 2015), after every layer.
        residual: whether a layer's input is added to its output where both have the same width.
        forget_bias: 1.0 (Jozefowicz et al. 2015) or 0.0, what the forget gate's bias starts at; for LSTMs.
        kernel_initializer: initializer of all kernels, including recurrent ones; None for Keras' own defaults.

    Call with `inputs` (B, T, D), `state` (dict of `h_<layer>` and, of LSTMs, `c_<layer>`, each (B, H); None for zeros),
    `padding_mask` (B, T) boolean (padding is skipped: the state stays what it was), `training`.
    Returns `{"outputs": (B, T, H or 2H), "state": dict}`, and with `return_layer_outputs=True` `layer_outputs`, a tuple
    of each layer's output.

    Raises:
        ValueError: for num_layers or hidden_dim below 1, a cell, norm or forget_bias that is not listed, or a state
            given to a bidirectional encoder.

    Example:
        >>> encoder = RecurrentEncoder(2, hidden_dim=4)
        >>> out = encoder(tf.zeros((3, 5, 8)))
        >>> out["outputs"].shape, sorted(out["state"])
        (TensorShape([3, 5, 4]), ['c_0', 'c_1', 'h_0', 'h_1'])
    """

    def __init__(
        self,
        num_layers,
        *,
        hidden_dim,
        cell="lstm",
        bidirectional=False,
        dropout=0.0,
        recurrent_dropout=0.0,
        norm="none",
        residual=False,
        forget_bias=1.0,
        kernel_initializer=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        for name, value in (("num_layers", num_layers), ("hidden_dim", hidden_dim)):
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise ValueError(f"RecurrentEncoder: {name} must be an int of at least 1, not {value!r}")
        if cell not in CELLS:
            raise ValueError(f"RecurrentEncoder: cell must be one of {', '.join(CELLS)}, not {cell!r}")
        if norm not in NORMS:
            raise ValueError(f"RecurrentEncoder: norm must be one of {', '.join(NORMS)}, not {norm!r}")
        if forget_bias not in (0.0, 1.0):
            raise ValueError(f"RecurrentEncoder: forget_bias must be 0.0 or 1.0, not {forget_bias!r}")
        self.num_layers = num_layers
        self.hidden_dim = hidden_dim
        self.cell = cell
        self.bidirectional = bidirectional
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.norm = norm
        self.residual = residual
        self.forget_bias = forget_bias
        self.kernel_initializer: Any = keras.initializers.get(kernel_initializer)
        self.forward_layers = [self._make_layer(f"{cell}_{i}") for i in range(num_layers)]
        self.backward_layers = [
            self._make_layer(f"{cell}_{i}_backward", go_backwards=True)
            for i in range(num_layers if bidirectional else 0)
        ]
        self.norms: list[Any] = [self._make_norm(f"norm_{i}") for i in range(num_layers if norm != "none" else 0)]
        # Dropout of the top layer's output, if any, is left to the caller.
        self.dropouts: list[Any] = [
            keras.layers.Dropout(dropout, dtype=self.dtype_policy, name=f"dropout_{i}") for i in range(num_layers - 1)
        ]

    def _make_layer(self, name, **kwargs):
        if self.cell == "lstm":
            kwargs["unit_forget_bias"] = self.forget_bias == 1.0
        if self.kernel_initializer is not None:
            kwargs["kernel_initializer"] = self.kernel_initializer.clone()
            kwargs["recurrent_initializer"] = self.kernel_initializer.clone()
        return CELLS[self.cell](
            self.hidden_dim,
            recurrent_dropout=self.recurrent_dropout,
            return_sequences=True,
            return_state=True,
            dtype=self.dtype_policy,
            name=name,
            **kwargs,
        )

    def _make_norm(self, name):
        if self.norm == "layer":
            return keras.layers.LayerNormalization(dtype=self.dtype_policy, name=name)
        # synchronized: the statistics must not depend on a replica's share of the batch.
        return keras.layers.BatchNormalization(synchronized=True, dtype=self.dtype_policy, name=name)

    def build(self, input_shape):
        """Builds every layer on the width of the one below it."""
        width = input_shape[-1]
        output_width = self.hidden_dim * (2 if self.bidirectional else 1)
        for i in range(self.num_layers):
            for layer in (self.forward_layers[i], *self.backward_layers[i : i + 1]):
                layer.build((None, None, width))
            if self.norms:
                self.norms[i].build((None, None, output_width))
            width = output_width
        self.built = True

    def initial_state(self, batch_size):
        """Returns zeros for every layer: a dict of `h_<layer>` and, for LSTMs, `c_<layer>`, each (batch_size, H)."""
        names = [name for i in range(self.num_layers) for name in self._state_names(i)]
        return {name: tf.zeros((batch_size, self.hidden_dim), self.compute_dtype) for name in names}

    def _state_names(self, layer: int) -> list[str]:
        return [f"{kind}_{layer}" for kind in ("h", "c")[: CELLS[self.cell].num_states]]

    def call(self, inputs, state=None, padding_mask=None, training=None, return_layer_outputs=False):
        """Runs the stack; see the class."""
        if self.bidirectional and state is not None:
            raise ValueError(
                "RecurrentEncoder: state must be None for a bidirectional encoder, which reads whole sequences"
            )
        state = state or self.initial_state(tf.shape(inputs)[0])
        x, new_state, outputs = inputs, {}, []
        for i in range(self.num_layers):
            below = x
            names = self._state_names(i)
            start = [state[name] for name in names]
            x, *end = self.forward_layers[i](x, mask=padding_mask, initial_state=start, training=training)
            new_state |= dict(zip(names, end, strict=True))
            if self.bidirectional:
                backward, *end = self.backward_layers[i](below, mask=padding_mask, training=training)
                new_state |= {f"{name}_backward": value for name, value in zip(names, end, strict=True)}
                x = tf.concat([x, tf.reverse(backward, axis=[1])], axis=-1)  # (B, T, 2H)
            x = self._between(x, below, i, padding_mask, training)
            outputs.append(x)
        each = {"layer_outputs": tuple(outputs)} if return_layer_outputs else {}
        return {"outputs": x, "state": new_state, **each}

    def _between(self, x, below, i: int, padding_mask, training):
        if self.norm == "layer":
            x = self.norms[i](x)
        elif self.norm == "batch":
            x = self.norms[i](x, mask=padding_mask, training=training)
        if self.residual and below.shape[-1] == x.shape[-1]:
            x = x + tf.cast(below, x.dtype)
        return self.dropouts[i](x, training=training) if i < self.num_layers - 1 else x

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "num_layers": self.num_layers,
            "hidden_dim": self.hidden_dim,
            "cell": self.cell,
            "bidirectional": self.bidirectional,
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
            "norm": self.norm,
            "residual": self.residual,
            "forget_bias": self.forget_bias,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
