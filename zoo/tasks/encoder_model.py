"""The base of tasks that read a whole text at once."""

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
        tokenizer: needed by the methods that take text.
        **kwargs: `name`.

    Attributes:
        token_outputs: what exports answer to tokens, names of outputs of `answer_tokens`; none if not exported.
        decision: one of them and how a user decides by it, see `Signature`; None where there is nothing to decide.
    """

    bodies = ("encoder",)
    token_outputs: Any = ()
    decision: Any = None

    @classmethod
    def fits_pre_training(cls, config: ModelConfig) -> bool:
        """Whether a body learns from hidden or replaced tokens, for the `fits` of such tasks."""
        return config.body in cls.bodies and config.head_style.masked_activation is not None

    @property
    def packed_length(self) -> Any:
        """Tokens that a text is cut to: as many as the model has positions for; a recurrent model cuts nothing."""
        return self.max_sequence_length or NO_BOUND

    def pack(self, texts: tf.Tensor, pairs: tf.Tensor | None = None) -> dict[str, Any]:
        """In a graph: strings (B,) -> what the body reads; texts that are too long are cut, the longer of a pair first.

        Returns:
            `token_ids` int32 (B, T), `padding_mask` bool (B, T), `segment_ids` int32 (B, T).

        Raises:
            UserError: the model has no tokenizer.
        """
        tokenizer = self.need_tokenizer()
        packer = self._graph("packer", lambda: SequencePacker(tokenizer, max_length=self.packed_length))
        return packer(texts, pairs)

    def ask(self, function: Callable[..., Any], *tensors: tf.Tensor) -> dict[str, np.ndarray]:
        """What a method answers to tensors, strings (B,) and scalars, as one graph that is traced at the first call."""
        specs = [tf.TensorSpec([None] * len(tensor.shape), tensor.dtype) for tensor in tensors]
        make = lambda: tf.function(function, input_signature=specs, autograph=False)  # noqa: E731
        graph = self._graph((function.__name__, len(specs)), make)
        return {name: value.numpy() for name, value in graph(*tensors).items()}

    @property
    def num_segments(self) -> int:
        """Numbers that `segment_ids` may hold; 1 where the model does not look at them."""
        return getattr(self.config, "num_segments", 1)

    @property
    def token_inputs(self) -> tuple[str, ...]:
        """What exports are asked with tokens: `segment_ids` where the model has more than one segment."""
        return ("token_ids", "padding_mask", *(["segment_ids"] if self.num_segments > 1 else []))

    def answer_tokens(self, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        """In a graph: what exports answer to tokens, `token_outputs` among it."""
        return self(inputs)

    def string_functions(self) -> dict[str, StringFunction]:
        """What exports can be asked with strings, by name; `serving_default` is the task itself.

        Raises:
            UserError: the task is not exported; or the tokenizer has not the tokens that it needs.
        """
        raise UserError(f"{self.name} is a {self.task} model, which is not exported; use it from its run directory")

    def encode(self, inputs: Mapping[str, Any], training: bool | None = None) -> dict[str, Any]:
        """The body's output: `hidden_states` (B, T, D)."""
        return self.backbone(inputs, training=training)

    @property
    def head_pooling(self) -> str:
        """What a head for whole texts reads, see `HeadStyle`."""
        own = self.config.head_style.pooling
        return own or ("last_token" if self.config.body == "causal" else "first_token")

    def make_attention_pooler(self) -> AttentionPooler | None:
        """The layer that `pooled` takes where the pooling has weights, for the constructors of tasks."""
        if self.head_pooling != "attention":
            return None
        pooler = AttentionPooler(name="attention_pooler")
        pooler.build((None, None, self.backbone.hidden_dim))
        return pooler

    def pooled(self, hidden: Any, padding_mask: Any = None) -> Any:
        """One vector per row of hidden states, (B, T, D) -> (B, D); of tasks that have made an `attention_pooler`."""
        pool: Any = getattr(self, "attention_pooler", None) or POOLINGS[self.head_pooling]
        return pool(hidden, padding_mask)

    def attention_weights(self, inputs: Mapping[str, Any]) -> list[tf.Tensor]:
        """What every head looks at: for each layer (B, H, T, T), one query per row; UserError for bodies without."""
        self.need_attention()
        return list(self.backbone(inputs, return_attention_weights=True)["attention_weights"])
