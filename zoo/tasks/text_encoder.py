"""Text encoders, which embed a text as a vector."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ...layers.heads import AttentionPooler, FirstTokenPooler, first_token, mean_pooling
from ...layers.plain.answers import embedding_answers
from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ...layers.plain.named_prompt import named_prompt
from ...layers.text import Tokenizer
from ..model_config import ModelConfig
from .encoder_model import EncoderModel
from .registry import register_task
from .string_function import StringFunction
from .text_model import batch_of_text

POOLINGS = ("mean", "first_token", "pooler", "attention")


@register_task("text_encoder")
@keras.saving.register_keras_serializable(package="langzoo")
class TextEncoder(EncoderModel):
    """An encoder with a pooling of its token vectors into one text vector (Reimers & Gurevych 2019, arXiv:1908.10084).

    Args:
        config: a configuration of a family with the task "text_encoder".
        tokenizer: required by `embed`.
        pooling: "mean" of all tokens, "first_token", "pooler" (the family's own, BERT's dense layer and tanh over the
            first token) or "attention" (a mean with learned weights).
        normalize: whether vectors are scaled to length 1, so that their product is the cosine similarity.
        max_length: the number of tokens that texts are truncated to, including special ones; None for the number of
            positions.
        prompts: name -> the prefix of texts of that kind ("query: ", for instance), as the model was trained.
        default_prompt_name: the name of the default prompt.
        **kwargs: `name`.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask"][, "segment_ids"]}`; returns `{"embeddings": float32
    (B, D), "hidden_states": (B, T, D)}`.

    Raises:
        UserError: an unknown pooling, "pooler" if the configuration has none, a max_length beyond its positions, or a
            default prompt that is not one of the prompts.

    Example:
        >>> import langzoo.zoo as zoo
        >>> model = zoo.create("roberta_tiny", task="text_encoder")
        >>> out = model({"token_ids": tf.constant([[0, 5, 2]])})
        >>> out["embeddings"].shape[0], round(float(tf.norm(out["embeddings"])), 4)
        (1, 1.0)
    """

    purpose = "turns a text into a vector, close to those of texts with the same meaning"
    intended_use = "Search, grouping and comparison of texts, in the language and style of its training data."
    example_call = 'embed(["the cat sat", "a cat was sitting"])'
    token_outputs = ("embeddings", "hidden_states")

    def __init__(
        self,
        config: ModelConfig,
        *,
        tokenizer: Tokenizer | None = None,
        pooling: str = "mean",
        normalize: bool = True,
        max_length: int | None = None,
        prompts: Mapping[str, str] | None = None,
        default_prompt_name: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(config, tokenizer=tokenizer, **kwargs)
        if pooling not in POOLINGS:
            raise UserError(f"pooling must be one of {', '.join(POOLINGS)}, not {pooling!r}")
        if not isinstance(normalize, bool):
            raise UserError(f"normalize must be true or false, not {str(normalize)[:40]!r}")
        longest = self.max_sequence_length
        if max_length is not None and not (type(max_length) is int and 4 <= max_length <= (longest or max_length)):
            raise UserError(
                f"max_length must be a number from 4 to the model's {longest} positions, not {max_length!r}"
            )
        self.max_length = max_length
        prompts = {} if prompts is None else prompts
        if not isinstance(prompts, dict) or not all(isinstance(text, str) for item in prompts.items() for text in item):
            raise UserError(f"prompts must be a dict of names and texts, not {str(prompts)[:200]}")
        self.prompts = dict(prompts)
        if default_prompt_name is not None and str(default_prompt_name) not in self.prompts:
            raise UserError(unknown_name_message("prompt", str(default_prompt_name), self.prompts))
        self.default_prompt_name = None if default_prompt_name is None else str(default_prompt_name)
        self.pooling = pooling
        self.normalize = normalize
        # Published bodies have a pooler whether it is used or not; it is kept so that nothing is lost.
        self.pooler = None
        if config.head_style.pooler:
            self.pooler = FirstTokenPooler(kernel_initializer=self.backbone.initializer(), name="pooler")
            self.pooler.build((None, None, self.backbone.hidden_dim))
        elif pooling == "pooler":
            raise UserError(f"pooling 'pooler': this {config.family} configuration has no pooler; use mean")
        self.attention_pooler = AttentionPooler(name="attention_pooler") if pooling == "attention" else None
        if self.attention_pooler is not None:
            self.attention_pooler.build((None, None, self.backbone.hidden_dim))
        self.built = True

    @property
    def options(self) -> dict[str, Any]:
        """See `TextModel`."""
        options = {"pooling": self.pooling, "normalize": self.normalize}
        options |= {} if self.max_length is None else {"max_length": self.max_length}
        options |= {"prompts": self.prompts} if self.prompts else {}
        return options | ({"default_prompt_name": self.default_prompt_name} if self.default_prompt_name else {})

    @property
    def packed_length(self) -> Any:
        """See `EncoderModel`."""
        return self.max_length or super().packed_length

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> dict[str, Any]:
        """See the class."""
        hidden = self.encode(inputs, training)["hidden_states"]
        embeddings = tf.cast(self._pooled(hidden, inputs.get("padding_mask")), tf.float32)
        if self.normalize:
            embeddings = tf.math.l2_normalize(embeddings, axis=-1)
        return {"embeddings": embeddings, "hidden_states": hidden}

    def _pooled(self, hidden: tf.Tensor, padding_mask: tf.Tensor | None) -> tf.Tensor:
        if self.pooling == "mean":
            return mean_pooling(hidden, padding_mask)
        if self.pooling == "attention":
            assert self.attention_pooler is not None
            return self.attention_pooler(hidden, padding_mask)
        if self.pooling == "pooler":
            assert self.pooler is not None
            return self.pooler(hidden)
        return first_token(hidden)

    def string_functions(self) -> dict[str, StringFunction]:
        """See `EncoderModel`; `embed_strings` with the default prompt, and `embed_as_is` if there are prompts."""
        prompt = self.prompt()
        after = f" after the prompt {prompt!r}, which is put before it" if prompt else ""
        embed = StringFunction(
            answer=lambda text: self.embed_strings(text, prompt), meaning=f"The vector of each text{after}"
        )
        functions = {"serving_default": embed, "embed": embed}
        if self.prompts:
            meaning = f"The vector of each text with the prompt that it begins with, of {', '.join(self.prompts)}"
            functions["embed_as_is"] = StringFunction(answer=self.embed_strings, meaning=meaning)
        return functions

    def embed_strings(self, texts: tf.Tensor, prompt: Any = "") -> dict[str, Any]:
        """In a graph: strings (B,), and a prefix of all -> `embeddings` float32 (B, D)."""
        return {"embeddings": self(self.pack(tf.strings.join([prompt, texts])))["embeddings"]}

    def prompt(self, name: str | None = None) -> str:
        """The prompt of a name; None for that of `default_prompt_name`, or "".

        Raises:
            UserError: there is no prompt of that name.
        """
        return named_prompt(self.prompts, name, default=self.default_prompt_name)

    def answer(self, texts: Sequence[str], pairs: Sequence[str] | None = None, **options: Any) -> list[dict[str, Any]]:
        """See `TextModel`; `embedding`, or for a pair `cosine`, `embedding` and `pair_embedding`."""
        return embedding_answers(self, texts, pairs, **options)

    def embed(self, texts: Sequence[str], *, batch_size: int = 32, prompt_name: str | None = None) -> np.ndarray:
        """Embeds texts as vectors.

        Args:
            texts: list of strings; those that are too long for the model are truncated.
            batch_size: the number of texts per batch, at least 1; batches are of similar length, so that there is
                little padding.
            prompt_name: the name of the prompt that precedes each text; None for the model's default, if it has one.

        Returns:
            float32 array (len(texts), D).

        Raises:
            UserError: the model has no tokenizer, no prompt of that name, or a text is not Unicode.
            ValueError: texts is one string, or not strings.
        """
        self.need_tokenizer()
        prompt = tf.constant(self.prompt(prompt_name))
        batch = batch_of_text(texts, "texts")
        order = tf.argsort(tf.strings.length(batch))
        batches = [
            self.ask(self.embed_strings, tf.gather(batch, order[start : start + batch_size]), prompt)["embeddings"]
            for start in range(0, len(batch), batch_size)
        ]
        sorted_embeddings = tf.concat(batches, axis=0) if batches else tf.zeros((0, self.backbone.hidden_dim))
        return tf.gather(sorted_embeddings, tf.math.invert_permutation(order)).numpy()
