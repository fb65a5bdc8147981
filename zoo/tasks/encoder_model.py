"""The base class of tasks that read a whole text at once."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from ...layers.heads import POOLINGS, AttentionPooler
from ...layers.plain.errors import UserError
from ...layers.text.sequence_packer import SequencePacker
from ..model_config import ModelConfig
from .string_function import StringFunction
from .text_model import TextModel

NO_BOUND = 2**31 - 1


class EncoderModel(TextModel):
    """A model that reads a whole text, or a pair of texts, at once.

    Args:
        config: a `ModelConfig` of a family whose body the task fits.
        tokenizer: required by the methods that take text.
        **kwargs: `name`.

    Attributes:
        token_outputs: the outputs of exports for tokens, names of outputs of `answer_tokens`; empty if not exported.
        decision: one of these outputs and how a user decides by it, see `Signature`; None if there is nothing to
            decide.
    """

    bodies = ("encoder",)
    token_outputs: Any = ()
    decision: Any = None

    @classmethod
    def fits_pre_training(cls, config: ModelConfig) -> bool:
        """Whether a body is trained on masked or replaced tokens, for the `fits` of such tasks."""
        return config.body in cls.bodies and config.head_style.masked_activation is not None

    @property
    def packed_length(self) -> Any:
        """The length that texts are truncated to: the number of positions of the model; None for recurrent models."""
        return self.max_sequence_length or NO_BOUND

    def pack(self, texts: tf.Tensor, pairs: tf.Tensor | None = None) -> dict[str, Any]:
        """In a graph: strings (B,) -> inputs of the body; long texts are truncated, the longer of a pair first.

        Returns:
            `token_ids` int32 (B, T), `padding_mask` bool (B, T), `segment_ids` int32 (B, T).

        Raises:
            UserError: the model has no tokenizer.
        """
        tokenizer = self.need_tokenizer()
        packer = self._graph("packer", lambda: SequencePacker(tokenizer, max_length=self.packed_length))
        return packer(texts, pairs)

    def ask(self, function: Callable[..., Any], *tensors: tf.Tensor) -> dict[str, np.ndarray]:
        """Calls a method with tensors, strings (B,) and scalars, as one graph that is traced at the first call."""
        specs = [tf.TensorSpec([None] * len(tensor.shape), tensor.dtype) for tensor in tensors]
        make = lambda: tf.function(function, input_signature=specs, autograph=False)  # noqa: E731
        graph = self._graph((function.__name__, len(specs)), make)
        return {name: value.numpy() for name, value in graph(*tensors).items()}

    @property
    def num_segments(self) -> int:
        """The number of segments that `segment_ids` may contain; 1 if the model ignores them."""
        return getattr(self.config, "num_segments", 1)

    @property
    def token_inputs(self) -> tuple[str, ...]:
        """The inputs of exports for tokens: with `segment_ids` if the model has more than one segment."""
        return ("token_ids", "padding_mask", *(["segment_ids"] if self.num_segments > 1 else []))

    def answer_tokens(self, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        """In a graph: the outputs of exports for tokens, which include `token_outputs`."""
        return self(inputs)

    def string_functions(self) -> dict[str, StringFunction]:
        """The functions of strings that exports offer, by name; `serving_default` is the task itself.

        Raises:
            UserError: the task is not exported, or the tokenizer lacks tokens that it needs.
        """
        raise UserError(f"{self.name} is a {self.task} model, which is not exported; use it from its run directory")

    def encode(self, inputs: Mapping[str, Any], training: bool | None = None) -> dict[str, Any]:
        """The body's output: `hidden_states` (B, T, D)."""
        return self.backbone(inputs, training=training)

    @property
    def head_pooling(self) -> str:
        """The pooling of a head for whole texts, see `HeadStyle`."""
        own = self.config.head_style.pooling
        return own or ("last_token" if self.config.body == "causal" else "first_token")

    def make_attention_pooler(self) -> AttentionPooler | None:
        """The layer that `pooled` uses if the pooling has weights, for the constructors of tasks."""
        if self.head_pooling != "attention":
            return None
        pooler = AttentionPooler(name="attention_pooler")
        pooler.build((None, None, self.backbone.hidden_dim))
        return pooler

    def pooled(self, hidden: Any, padding_mask: Any = None) -> Any:
        """One vector per row of hidden states, (B, T, D) -> (B, D); for tasks that have made an `attention_pooler`."""
        pool: Any = getattr(self, "attention_pooler", None) or POOLINGS[self.head_pooling]
        return pool(hidden, padding_mask)

    def attention_weights(self, inputs: Mapping[str, Any]) -> list[tf.Tensor]:
        """The attention weights of each layer, (B, H, T, T), one query per row; UserError if there is no attention."""
        self.need_attention()
        return list(self.backbone(inputs, return_attention_weights=True)["attention_weights"])
