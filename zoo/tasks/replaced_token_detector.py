"""Replaced-token detection: ELECTRA's discriminator."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from ...layers.heads import ReplacedTokenHead
from ...layers.plain.answers import detected_tokens, token_answers
from ...layers.text import Tokenizer
from ..models.encoder_config import EncoderConfig
from .encoder_model import EncoderModel
from .registry import register_task
from .string_function import StringFunction
from .text_model import batch_of_text


@register_task("replaced_token_detector")
@keras.saving.register_keras_serializable(package="langzoo")
class ReplacedTokenDetector(EncoderModel):
    """An encoder that detects for every token whether it was replaced (Clark et al. 2020).

    Args:
        config: a configuration of a family with the task "replaced_token_detector".
        tokenizer: required by `detect`.
        **kwargs: `name`.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask"][, "segment_ids"]}`; returns `{"logits": float32 (B, T)}`,
    positive for tokens that look replaced.

    Example:
        >>> import langzoo.zoo as zoo
        >>> zoo.create("electra_tiny")({"token_ids": tf.constant([[1, 5, 2]])})["logits"].shape
        TensorShape([1, 3])
    """

    purpose = "detects which tokens of a text were replaced by others"
    intended_use = "Finding words that do not fit, and a starting point for other tasks."
    example_call = 'detect(["the cat sat"])'
    token_outputs = ("logits",)
    decision = ("logits", "sign")

    def __init__(self, config: EncoderConfig, *, tokenizer: Tokenizer | None = None, **kwargs: Any):
        super().__init__(config, tokenizer=tokenizer, **kwargs)
        self.head = ReplacedTokenHead(
            activation=config.activation, kernel_initializer=self.backbone.initializer(), name="head"
        )
        self.head.build((None, None, self.backbone.hidden_dim))
        self.built = True

    @classmethod
    def fits(cls, config: Any) -> bool:
        """See `TextModel`."""
        return cls.fits_pre_training(config)

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> dict[str, Any]:
        """See the class."""
        return {"logits": self.head(self.encode(inputs, training)["hidden_states"])}

    def string_functions(self) -> dict[str, StringFunction]:
        """See `EncoderModel`; `detect_strings`."""
        detect = StringFunction(answer=self.detect_strings, meaning="The probability that each token was replaced")
        return {"serving_default": detect, "detect": detect}

    def detect_strings(self, texts: tf.Tensor) -> dict[str, Any]:
        """In a graph: strings (B,) -> `token_ids` and `probabilities` (B, T), and `lengths` (B,)."""
        inputs = self.pack(texts)
        probabilities = tf.sigmoid(self(inputs)["logits"])
        return {
            "token_ids": inputs["token_ids"],
            "probabilities": probabilities,
            "lengths": tf.reduce_sum(tf.cast(inputs["padding_mask"], tf.int32), axis=-1),
        }

    def answer(self, texts: Sequence[str], pairs: Sequence[str] | None = None, **options: Any) -> list[dict[str, Any]]:
        """See `TextModel`; `tokens`, the result of `detect`."""
        return token_answers(self, texts, pairs, **options)

    def detect(self, texts: Sequence[str]) -> list[list[dict[str, Any]]]:
        """Computes the probability that each token of each text was replaced.

        Args:
            texts: list of strings.

        Returns:
            For every text a list of `token` and `probability`, including special tokens.

        Raises:
            UserError: the model has no tokenizer, or a text is not Unicode.
            ValueError: texts is one string, or not strings.
        """
        names = self.need_tokenizer().tokens
        batch = batch_of_text(texts, "texts")
        if not len(batch):
            return []
        return detected_tokens(self.ask(self.detect_strings, batch), names)
