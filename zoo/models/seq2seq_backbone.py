"""The base class of encoder-decoder bodies."""

from abc import abstractmethod
from typing import Any

import keras

from ...layers.attention import CausalContext, empty_cache
from ...layers.embeddings import TokenEmbedding
from ...layers.masks import padding_bias
from .backbone import EMBEDDINGS, Backbone, collected

SOURCE_MASK = "source_mask"


class Seq2SeqBackbone(Backbone):
    """The base of encoder-decoders: a text is encoded once, and its encoding becomes part of the decoder's state.

    A family implements `embed_source`, `embed_target`, the two lists of blocks and `build_head`.

    `encode` reads the source; its state, `source_mask` bool (B, S) and for every decoder layer `layer_0_source_keys`
    and `layer_0_source_values` (B, H, S, d), is passed to `call`, alone (for a whole target) or with a cache.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask": (B, T)]}`, the target, and that `state`; returns
    `{"hidden_states": (B, T, D), "state": dict}`, `cache_rows` as a `DecoderBackbone` does, and with
    `return_attention_weights=True` `attention_weights` and `cross_attention_weights`, tuples of (B, H, T, S).
    """

    has_attention = True

    token_embedding: TokenEmbedding
    encoder_blocks: list
    decoder_blocks: list

    def __init__(self, config: Any, **kwargs):
        super().__init__(config, **kwargs)
        self.max_sequence_length: int = config.max_sequence_length

    @abstractmethod
    def embed_source(self, token_ids, training) -> Any:
        """The vectors (B, S, D) that enter the encoder."""

    @abstractmethod
    def embed_target(self, token_ids, context: CausalContext, training) -> Any:
        """The vectors (B, T, D) that enter the decoder."""

    @abstractmethod
    def build_head(self) -> keras.layers.Layer:
        """The softmax over the vocabulary."""

    def encoder_norm(self, x, training):
        """The norm of the output of the last encoder block; here none."""
        del training
        return x

    def decoder_norm(self, x, training):
        """The norm of the output of the last decoder block; here none."""
        del training
        return x

    def encoder_bias(self, token_ids, padding_mask):
        """The bias of the attention scores of the encoder."""
        del token_ids
        return padding_bias(padding_mask)

    def decoder_bias(self, context: CausalContext):
        """The bias of the attention scores of the decoder."""
        return context.bias()

    def encode(self, inputs, training=None, return_attention_weights=False):
        """Encodes the source.

        Args:
            inputs: `{"token_ids": (B, S)[, "padding_mask": (B, S)]}`.
            training: whether to apply dropout.
            return_attention_weights: whether to return the weights too.

        Returns:
            A dict: `hidden_states` (B, S, D), the source's `state` and, on request, `attention_weights`, a tuple of
            (B, H, S, S).
        """
        token_ids, padding_mask = inputs["token_ids"], inputs.get("padding_mask")
        x = self.embed_source(token_ids, training)
        bias, results = self.encoder_bias(token_ids, padding_mask), []
        for block in self.encoder_blocks:
            out = block(x, bias=bias, training=training, return_attention_weights=return_attention_weights)
            x = out.pop("outputs")
            results.append(out)
        x = self.encoder_norm(x, training)
        mask = keras.ops.ones_like(token_ids, dtype="bool") if padding_mask is None else padding_mask
        state = {SOURCE_MASK: mask}
        for i, block in enumerate(self.decoder_blocks):
            names = (f"layer_{i}_source_keys", f"layer_{i}_source_values")
            state |= dict(zip(names, block.cross_attention.project(x), strict=True))
        return {"hidden_states": x, "state": state} | collected("attention_weights", results)

    def layer_states(self, inputs):
        """See `Backbone`; those of the encoder, of which those of the last block are after its norm."""
        token_ids = inputs["token_ids"]
        x, bias = self.embed_source(token_ids, False), self.encoder_bias(token_ids, inputs.get("padding_mask"))
        states = {EMBEDDINGS: x}
        for i, block in enumerate(self.encoder_blocks):
            x = block(x, bias=bias)["outputs"]
            states[f"block {i + 1}"] = x if i < len(self.encoder_blocks) - 1 else self.encoder_norm(x, False)
        return states

    def initial_state(self, batch_size, max_length=None):
        """An empty cache for `max_length` target tokens; the state of a source is added to it."""
        config = self.config
        return empty_cache(
            len(self.decoder_blocks),
            batch_size=batch_size,
            max_length=self.max_sequence_length if max_length is None else max_length,
            num_heads=config.num_heads,
            head_dim=getattr(config, "head_dim", None) or config.hidden_dim // config.num_heads,
            dtype=self.compute_dtype,
        )

    def call(self, inputs, state=None, training=None, return_attention_weights=False):
        """See the class."""
        if state is None or SOURCE_MASK not in state:
            raise ValueError("state must hold an encoded source; `encode` gives one")
        token_ids = inputs["token_ids"]
        source = {name: value for name, value in state.items() if "source" in name}
        context = CausalContext(
            token_ids,
            {name: value for name, value in state.items() if name not in source},
            padding_mask=inputs.get("padding_mask"),
            max_sequence_length=self.max_sequence_length,
        )
        x = self.embed_target(token_ids, context, training)  # (B, T, D)
        shared = {"bias": self.decoder_bias(context), "context_bias": padding_bias(source[SOURCE_MASK])}
        results = []
        for i, block in enumerate(self.decoder_blocks):
            out = block(
                x,
                past=context.past(i),
                context_keys=source[f"layer_{i}_source_keys"],
                context_values=source[f"layer_{i}_source_values"],
                training=training,
                return_attention_weights=return_attention_weights,
                **shared,
            )
            x = out.pop("outputs")
            results.append(out)
        new = [(out["keys"], out["values"]) for out in results]
        outputs = {
            "hidden_states": self.decoder_norm(x, training),
            "state": {**source, **context.state_after(new, outputs=[x])},
            "cache_rows": context.cache_rows(new),
        }
        return outputs | collected("attention_weights", results) | collected("cross_attention_weights", results)
