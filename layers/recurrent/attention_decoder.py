"""A stack of LSTMs with attention to a source."""

from typing import Any

import keras
import tensorflow as tf

from ..attention import AlignmentAttention
from ..dense import Dense
from ..dropout import Dropout
from ..open_shape import shape_like
from .deferred_kernel import DeferredKernel
from .lstm_recurrence import lstm_step
from .recurrent_encoder import RecurrentEncoder
from .scan_steps import scan_steps

ATTENTIONS = {"bahdanau": "additive", "luong_dot": "dot", "luong_general": "general", "luong_concat": "additive"}


@keras.saving.register_keras_serializable(package="langzoo")
class AttentionDecoder(keras.layers.Layer):
    """n LSTMs over the words of a target, with attention to the vectors of its source.

    At every step, with h the state of the top LSTM and c the mean of the source's vectors by the weights of an
    `AlignmentAttention`, the output is the attentional state a = tanh(W [c; h]).

    - "luong_dot", "luong_general", "luong_concat" (Luong et al. 2015, arXiv:1508.04025): the query is h after the word.
      With input feeding (section 3.3), a is concatenated to the next word's vector.
    - "bahdanau" (Bahdanau et al. 2015, arXiv:1409.0473): the query is h before the word, with the additive score. With
      input feeding, which is the paper's decoder, c is concatenated to the word's vector.

    Without input feeding no step of an LSTM waits for the attention: the stack reads all words first, by cuDNN's kernel
    where there is one, and the attention of all steps is one product. With it, there is one loop over time, whose
    matrices get their gradients after it (`DeferredKernel`).

    Args:
        num_layers: number of LSTMs.
        hidden_dim: units of each, H.
        output_dim: width of the attentional state, A.
        attention: "bahdanau", "luong_dot", "luong_general" or "luong_concat".
        input_feeding: whether steps read the result of the attention.
        dropout: share dropped between layers and of the attentional state.
        kernel_initializer: initializer of all matrices.
        **kwargs: arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: (B, T, D), the vectors of the words.
        state: dict of `h_<layer>` and `c_<layer>`, (B, H), and of Luong's attentions with input feeding `feed` (B, A),
            the attentional state before; `initial_state` makes that.
        keys, values: (B, S, H) and (B, S, H), from `project`.
        source_mask: bool (B, S).
        padding_mask: bool (B, T); padding is skipped. None for no padding.
        training: whether to drop.
        return_attention_weights: whether to return the weights too.

    Returns:
        A dict: `outputs` (B, T, A), the `state` and, on request, `attention_weights` (B, T, S).

    Raises:
        ValueError: the attention is unknown.

    Example:
        >>> decoder = AttentionDecoder(2, hidden_dim=4, output_dim=3)
        >>> decoder.build((None, None, 5))
        >>> source = tf.zeros((1, 6, 4))
        >>> zeros = {name: tf.zeros((1, 4)) for name in ("h_0", "c_0", "h_1", "c_1")}
        >>> state = decoder.initial_state(zeros)
        >>> decoder(tf.zeros((1, 2, 5)), state, decoder.project(source), source, tf.fill((1, 6), True))["outputs"].shape
        TensorShape([1, 2, 3])
    """

    def __init__(
        self,
        num_layers,
        *,
        hidden_dim,
        output_dim,
        attention="luong_general",
        input_feeding=True,
        dropout=0.0,
        kernel_initializer: keras.initializers.Initializer | str = "glorot_uniform",
        **kwargs,
    ):
        super().__init__(autocast=False, **kwargs)
        if attention not in ATTENTIONS:
            raise ValueError(f"AttentionDecoder: attention must be one of {', '.join(ATTENTIONS)}, not {attention!r}")
        self.supports_masking = True  # The masks are arguments.
        self.num_layers = num_layers
        self.hidden_dim = hidden_dim
        self.output_dim = output_dim
        self.attention = attention
        self.input_feeding = input_feeding
        self.dropout = dropout
        self.kernel_initializer: Any = keras.initializers.get(kernel_initializer)
        self.looks_before = attention == "bahdanau"
        policy = self.dtype_policy
        self.stack = RecurrentEncoder(
            num_layers,
            hidden_dim=hidden_dim,
            dropout=dropout,
            kernel_initializer=self.kernel_initializer.clone(),
            dtype=policy,
            name="stack",
        )
        self.alignment = AlignmentAttention(
            ATTENTIONS[attention], kernel_initializer=self.kernel_initializer.clone(), dtype=policy, name="alignment"
        )
        self.combination = Dense(
            output_dim, use_bias=False, kernel_initializer=self.kernel_initializer.clone(), dtype=policy, name="combine"
        )
        self.step_dropout = Dropout(dropout, dtype=policy, name="step_dropout")

    def build(self, inputs_shape, *other_shapes, **named_shapes):
        """Builds every layer, for the width of the inputs."""
        del other_shapes, named_shapes
        self.input_dim = inputs_shape[-1]
        fed = 0 if not self.input_feeding else self.hidden_dim if self.looks_before else self.output_dim
        self.stack.build((None, None, self.input_dim + fed))
        self.alignment.build((None, None, self.hidden_dim), (None, None, self.hidden_dim))
        self.combination.build((None, None, 2 * self.hidden_dim))
        self.built = True

    def initial_state(self, state):
        """Returns the whole state before a target, given the state of the LSTMs."""
        if not self.input_feeding or self.looks_before:
            return dict(state)
        return {**state, "feed": tf.zeros((tf.shape(state["h_0"])[0], self.output_dim), state["h_0"].dtype)}

    def project(self, values):
        """Returns the keys (B, S, H) of a source's vectors (B, S, H)."""
        return self.alignment.project(values)

    def call(
        self,
        inputs,
        state,
        keys,
        values,
        source_mask,
        padding_mask=None,
        training=None,
        return_attention_weights=False,
    ):
        """See the class."""
        inputs = tf.cast(inputs, self.compute_dtype)
        source = (keys, values, source_mask)
        read = self._step_by_step if self.input_feeding else self._all_at_once
        outputs, state, weights = read(inputs, state, source, padding_mask, training)
        found = {"outputs": outputs, "state": state}
        return {**found, "attention_weights": weights} if return_attention_weights else found

    def _all_at_once(self, inputs, state, source, padding_mask, training):
        read = self.stack(inputs, state=state, padding_mask=padding_mask, training=training)
        tops = queries = read["outputs"]  # (B, T, H)
        if self.looks_before:
            before = tf.cast(state[f"h_{self.num_layers - 1}"], tops.dtype)
            queries = tf.concat([before[:, tf.newaxis], tops[:, :-1]], axis=1)
        found = self.alignment(queries, *source)
        outputs = tf.tanh(self.combination(tf.concat([found["outputs"], tops], axis=-1)))
        return self.step_dropout(outputs, training=training), read["state"], found["attention_weights"]

    def _step_by_step(self, inputs, state, source, padding_mask, training):
        """Runs the loop over time. The products with the words, which do not depend on a step, are computed before."""
        x = tf.transpose(inputs, (1, 0, 2))  # (T, B, D)
        layers: Any = self.stack.forward_layers
        kernels = [tf.cast(layer.cell.kernel, x.dtype) for layer in layers]
        words, kernels[0] = kernels[0][: self.input_dim], kernels[0][self.input_dim :]
        kernels = [
            tf.concat([kernel, tf.cast(layer.cell.recurrent_kernel, x.dtype)], axis=0)
            for kernel, layer in zip(kernels, layers, strict=True)
        ]
        sizes = [tf.shape(x)[axis] if size is None else size for axis, size in enumerate(x.shape[:2])]
        products: list[Any] = [
            DeferredKernel(kernel, sizes, defer=bool(training))
            for kernel in (*kernels, tf.cast(self.combination.kernel, x.dtype))
        ]
        biases = [tf.cast(layer.cell.bias, x.dtype) for layer in layers]
        from_words = tf.matmul(tf.reshape(x, (-1, self.input_dim)), words) + biases[0]
        series = {"words": tf.reshape(from_words, shape_like(x, 2, words.shape[1]))}
        series |= {f"late_{i}": each.zeros for i, each in enumerate(products)} if training else {}
        series |= self._dropped(sizes, x.dtype) if training and self.dropout else {}
        series |= {} if padding_mask is None else {"mask": tf.transpose(padding_mask)}
        *in_layers, combine = products

        def step(now, state):
            new, kept, top = {}, {}, f"h_{self.num_layers - 1}"
            looked: Any = self.alignment(state[top][:, tf.newaxis], *source) if self.looks_before else None
            x = looked["outputs"][:, 0] if self.looks_before else state["feed"]
            for i, product in enumerate(in_layers):
                rows = kept[f"rows_{i}"] = tf.concat([x, state[f"h_{i}"]], axis=-1)
                gates = product(rows, now.get(f"late_{i}")) + (now["words"] if i == 0 else biases[i])
                new[f"h_{i}"], new[f"c_{i}"] = lstm_step(gates, state[f"c_{i}"])
                x = _times(new[f"h_{i}"], now.get(f"drop_{i}"))
            looked = looked if self.looks_before else self.alignment(new[top][:, tf.newaxis], *source)
            rows = kept[f"rows_{self.num_layers}"] = tf.concat([looked["outputs"][:, 0], new[top]], axis=-1)
            outputs = tf.tanh(combine(rows, now.get(f"late_{self.num_layers}")))
            outputs = _times(outputs, now.get("drop"))
            if not self.looks_before:
                new["feed"] = outputs
            if "mask" in now:
                new = {name: tf.where(now["mask"][:, tf.newaxis], new[name], state[name]) for name in new}
            kept = kept if training else {}
            return new, {**kept, "outputs": outputs, "weights": looked["attention_weights"][:, 0]}

        kept: dict[str, Any] = {"outputs": self.output_dim, "weights": None}
        kept |= {f"rows_{i}": product.rows_dim for i, product in enumerate(products)} if training else {}
        start = {name: tf.cast(value, x.dtype) for name, value in state.items()}
        state, found = scan_steps(step, series, start, kept=kept, length=x.shape[0])
        for i, product in enumerate(products):
            product.rows = found.get(f"rows_{i}")
        return tf.transpose(found["outputs"], (1, 0, 2)), state, tf.transpose(found["weights"], (1, 0, 2))

    def _dropped(self, sizes, dtype):
        """Returns zeros and 1 / (1 - rate), (T, B, ...), different for every step."""
        widths = {f"drop_{i}": self.hidden_dim for i in range(self.num_layers - 1)} | {"drop": self.output_dim}
        ones = {name: tf.ones((*sizes, width), dtype) for name, width in widths.items()}
        return {name: self.step_dropout(each, training=True) for name, each in ones.items()}

    def get_config(self):
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "num_layers": self.num_layers,
            "hidden_dim": self.hidden_dim,
            "output_dim": self.output_dim,
            "attention": self.attention,
            "input_feeding": self.input_feeding,
            "dropout": self.dropout,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }


def _times(x, mask):
    return x if mask is None else x * mask
