"""The base class of bodies with a stack of decoder blocks."""

from abc import abstractmethod
from typing import Any

import keras

from ...layers.attention import CausalContext, empty_cache
from ...layers.attention.causal_context import LENGTH
from .backbone import EMBEDDINGS, Backbone, collected


class DecoderBackbone(Backbone):
    """The base of all causal Transformers: a sequence of blocks with one cache.

    A family implements `embed`, `blocks`, `final_norm` and `build_head`. A call is `embed`, `run_blocks` over all of
    them and `final_norm`; recomputation and pipelining run them in pieces.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask": (B, T)][, "document_ids": (B, T)]}` (packed documents
    that do not attend to one another, see `CausalContext`) and `state`, or None for a whole text; returns
    `{"hidden_states": (B, T, D), "state": dict}`, `cache_rows`: the new values of the slots of the old state, by name
    (`CausalContext.cache_rows`), and with `return_attention_weights=True` `attention_weights`, a tuple
    of (B, H, T, S).
    """

    has_attention = True

    blocks: list

    def __init__(self, config: Any, **kwargs):
        super().__init__(config, **kwargs)
        self.max_sequence_length: int = config.max_sequence_length

    @abstractmethod
    def embed(self, token_ids, context: CausalContext, training):
        """The vectors (B, T, D) that enter the first block."""

    @abstractmethod
    def build_head(self) -> keras.layers.Layer:
        """The softmax over the vocabulary."""

    def final_norm(self, x):
        """The norm of the output of the last block; here none."""
        return x

    def bias_of(self, layer: int, context: CausalContext):
        """The bias of the attention scores of block `layer`: the causal mask, here the same for all."""
        del layer
        return context.bias()

    def rotation(self, context: CausalContext):
        """The rotary positions for all blocks, or None."""
        del context

    def apply_block(self, block, x, context: CausalContext, **arguments):
        """Applies one block; for families whose blocks are called differently."""
        del context
        return block(x, **arguments)

    def initial_state(self, batch_size, max_length=None):
        """An empty cache for `max_length` tokens, at most the number of positions."""
        config = self.config
        slots = self.max_sequence_length if max_length is None else max_length
        return empty_cache(
            len(self.blocks),
            batch_size=batch_size,
            max_length=slots,
            num_heads=getattr(config, "num_key_value_heads", None) or config.num_heads,
            head_dim=getattr(config, "head_dim", None) or config.hidden_dim // config.num_heads,
            dtype=self.compute_dtype,
        )

    def run_blocks(
        self, x, context: CausalContext, *, first: int = 0, last: int | None = None, training=None, **requested: Any
    ) -> tuple[Any, list[dict[str, Any]]]:
        """Runs the blocks from `first` to before `last` on (B, T, D).

        Args:
            x: the input of the first of them.
            context: the context of the call.
            first, last: the indices of blocks, as in a slice.
            training: whether to apply dropout.
            **requested: `return_attention_weights`.

        Returns:
            The output of the last of them (B, T, D), and for each block a dict: `keys`, `values` and the requested
            outputs.
        """
        rotation, results = self.rotation(context), []
        for i in range(len(self.blocks))[first:last]:
            arguments = {"bias": self.bias_of(i, context), "past": context.past(i), "training": training, **requested}
            out = self.apply_block(self.blocks[i], x, context, rotation=rotation, **arguments)
            x = out.pop("outputs")
            results.append(out)
        return x, results

    def layer_states(self, inputs):
        """See `Backbone`; those of the last block are after the final norm."""
        context = self._context(inputs, None)
        x = self.embed(inputs["token_ids"], context, False)
        states = {EMBEDDINGS: x}
        for i in range(len(self.blocks)):
            x, _ = self.run_blocks(x, context, first=i, last=i + 1)
            states[f"block {i + 1}"] = x if i < len(self.blocks) - 1 else self.final_norm(x)
        return states

    def rewound(self, before, after, counts):
        """See `Backbone`: what is in the cache beyond the length of a row is not read."""
        return {**after, LENGTH: before[LENGTH] + counts}

    def _context(self, inputs, state) -> CausalContext:
        return CausalContext(
            inputs["token_ids"],
            state,
            padding_mask=inputs.get("padding_mask"),
            document_ids=inputs.get("document_ids"),
            max_sequence_length=self.max_sequence_length,
        )

    def call(self, inputs, state=None, training=None, return_attention_weights=False):
        """See the class."""
        token_ids, context = inputs["token_ids"], self._context(inputs, state)
        x = self.embed(token_ids, context, training)  # (B, T, D)
        x, results = self.run_blocks(x, context, training=training, return_attention_weights=return_attention_weights)
        new = [(out["keys"], out["values"]) for out in results]
        outputs = {
            "hidden_states": self.final_norm(x),
            "state": context.state_after(new, outputs=[x]),
            "cache_rows": context.cache_rows(new),
        }
        return outputs | collected("attention_weights", results)
