"""Masked language models, which predict words from the context on both sides."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from ...layers.activations import ACTIVATIONS
from ...layers.heads import MaskedLanguageModelHead, NextSentenceHead
from ...layers.plain.answers import filled_places
from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ...layers.plain.generation_options import checked_integer
from ...layers.text import Tokenizer
from ..decoding import Decoder
from ..model_config import ModelConfig
from ..models.encoder_config import EncoderConfig
from .encoder_model import EncoderModel
from .hidden_in_turn import scores_in_turn
from .registry import register_task
from .string_function import StringFunction
from .text_model import batch_of_text


@register_task("masked_lm")
@keras.saving.register_keras_serializable(package="langzoo")
class MaskedLM(EncoderModel):
    """An encoder with a head that scores the words at masked positions (Devlin et al. 2019, arXiv:1810.04805).

    Args:
        config: a configuration of a family with the task "masked_lm".
        tokenizer: a tokenizer with a mask token; required by `fill`.
        head_activation: the activation of the head, a name of `layers.activations`; None for the family's.
        head_norm_epsilon: the epsilon of the head's norm; None for the configuration's.
        **kwargs: `name`.

    Call with `inputs` `{"token_ids": (B, T)[, "padding_mask"][, "segment_ids"][, "masked_positions": int (B, P)]}`;
    returns `{"logits": float32 (B, P, V)}`, or (B, T, V) without positions, and `next_sentence_logits` (B, 2) if the
    configuration has that head.

    Raises:
        UserError: an unknown activation, or an epsilon that is not between 0 and 1.

    Example:
        >>> import langzoo.zoo as zoo
        >>> model = zoo.create("roberta_tiny")
        >>> inputs = {"token_ids": tf.constant([[0, 5, 2]]), "masked_positions": tf.constant([[1]])}
        >>> model(inputs)["logits"].shape[:2]
        TensorShape([1, 1])
    """

    purpose = "predicts masked words from the context on both sides"
    intended_use = "Predicting masked words, and a starting point for other tasks."
    command = "fill {run} --text"
    decision = ("logits", "argmax")
    example_call = 'fill(["the cat {mask} down"])'

    DEFAULT_COUNT = 5
    """The number of words that the signature `serving_default` returns for each mask."""

    def __init__(
        self,
        config: EncoderConfig,
        *,
        tokenizer: Tokenizer | None = None,
        head_activation: str | None = None,
        head_norm_epsilon: float | None = None,
        **kwargs: Any,
    ):
        super().__init__(config, tokenizer=tokenizer, **kwargs)
        own = self._own_head()
        self.head_activation = own["head_activation"] if head_activation is None else str(head_activation)
        self.head_norm_epsilon = own["head_norm_epsilon"] if head_norm_epsilon is None else head_norm_epsilon
        if self.head_activation not in ACTIVATIONS:
            raise UserError(unknown_name_message("head_activation", self.head_activation, ACTIVATIONS))
        if not isinstance(self.head_norm_epsilon, float) or not 0 < self.head_norm_epsilon < 1:
            raise UserError(f"head_norm_epsilon must be a number between 0 and 1, not {head_norm_epsilon!r:.40}")
        shape = (None, None, self.backbone.hidden_dim)
        self.head = MaskedLanguageModelHead(
            config.vocabulary_size,
            token_embedding=self.backbone.token_embedding,
            activation=self.head_activation,
            norm_epsilon=self.head_norm_epsilon,
            kernel_initializer=self.backbone.initializer(),
            name="head",
        )
        self.head.build(shape)
        self.next_sentence_head = None
        if config.head_style.next_sentence:
            self.next_sentence_head = NextSentenceHead(
                kernel_initializer=self.backbone.initializer(), name="next_sentence_head"
            )
            self.next_sentence_head.build(shape)
        self.built = True

    def _own_head(self) -> dict[str, Any]:
        """The options of the family's own head."""
        return {
            "head_activation": str(self.config.head_style.masked_activation),
            "head_norm_epsilon": self.config.norm_epsilon,
        }

    @property
    def options(self) -> dict[str, Any]:
        """See `TextModel`; those that differ from the family's."""
        return {name: getattr(self, name) for name, own in self._own_head().items() if getattr(self, name) != own}

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> dict[str, Any]:
        """See the class."""
        hidden = self.encode(inputs, training)["hidden_states"]
        outputs = {"logits": self.head(hidden, inputs.get("masked_positions"))}
        if self.next_sentence_head is not None:
            outputs["next_sentence_logits"] = self.next_sentence_head(hidden)
        return outputs

    def negative_log_likelihood(
        self, inputs: Mapping[str, Any], targets: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        """-log p of the words (B, P) at `inputs["masked_positions"]`, or at all; float32 (B, P), natural logarithm."""
        hidden = self.encode(inputs, training)["hidden_states"]
        return self.head.negative_log_likelihood(hidden, targets, inputs.get("masked_positions"))

    @classmethod
    def fits(cls, config: ModelConfig) -> bool:
        """See `TextModel`."""
        return cls.fits_pre_training(config)

    @classmethod
    def head_count(cls, config: ModelConfig, **options: Any) -> int:
        """See `TextModel`."""
        return config.head_count(cls.task, **options)

    @property
    def token_outputs(self) -> tuple[str, ...]:
        """See `EncoderModel`."""
        return ("logits",) if self.next_sentence_head is None else ("logits", "next_sentence_logits")

    def string_functions(self) -> dict[str, StringFunction]:
        """See `EncoderModel`; `fill_strings`, for at most five words, or the largest `count`."""
        mask, size = self.need_tokenizer().tokens[self.mask_id()], self.need_tokenizer().vocabulary_size
        most, phrases = min(self.DEFAULT_COUNT, size), (f"the {mask} sat on the {mask} .", f"猫{mask}")
        meaning = f"most likely words for each {mask}, their probabilities, the positions of {mask} and their number"
        return {
            "serving_default": StringFunction(
                answer=lambda text: self.fill_strings(text, most), meaning=f"The {most} {meaning}", phrases=phrases
            ),
            "fill": StringFunction(
                answer=self.fill_strings,
                meaning=f"The {meaning}; the largest count says how many words",
                counted=size,
                phrases=phrases,
            ),
        }

    def fill_strings(self, texts: tf.Tensor, count: Any) -> dict[str, Any]:
        """In a graph: strings (B,) -> the most likely words for the mask tokens, of which a text has at most M.

        Returns:
            `tokens` strings and `probabilities` float32 (B, M, count), `positions` int32 (B, M) of the mask tokens
            among all tokens, and `lengths` int32 (B,), the number of mask tokens per text.
        """
        inputs = self.pack(texts)
        masked = inputs["token_ids"] == self.mask_id()  # (B, T)
        places = tf.broadcast_to(tf.range(tf.shape(masked)[1]), tf.shape(masked))
        positions = tf.ragged.boolean_mask(places, masked)
        dense = positions.to_tensor()  # (B, M)
        logits = self({**inputs, "masked_positions": dense})["logits"]  # (B, M, V)
        # Padding rows of the matrix are not words.
        probabilities = tf.nn.softmax(logits[..., : self.need_tokenizer().vocabulary_size])
        best = tf.math.top_k(probabilities, count)
        return {
            "tokens": tf.gather(tf.constant(self.need_tokenizer().tokens), best.indices),
            "probabilities": best.values,
            "positions": dense,
            "lengths": tf.cast(positions.row_lengths(), tf.int32),
        }

    def fill(self, texts: Sequence[str], *, count: int = 5) -> list[list[list[dict[str, Any]]]]:
        """Predicts the most likely words for every mask token, each mask by itself.

        Args:
            texts: list of strings that contain the mask token ("[MASK]", or the tokenizer's own).
            count: the number of words per mask, at most the size of the vocabulary.

        Returns:
            For every text, for each of its mask tokens in order: a list of `token` and `probability`, best first.

        Raises:
            UserError: the model has no tokenizer or mask token, the count is out of range, or a text has no mask token
                among the tokens that the model reads.
            ValueError: texts is one string, or not strings.
        """
        mask, tokenizer = self.mask_id(), self.need_tokenizer()
        batch = batch_of_text(texts, "texts")
        checked_integer("count", count, 1, tokenizer.vocabulary_size)
        if not len(batch):
            return []
        out = self.ask(self.fill_strings, batch, tf.constant(count))
        for text, length in zip(batch.numpy(), out["lengths"], strict=True):
            if not length:
                raise UserError(
                    f"{text.decode(errors='replace')[:60]!r} has no {tokenizer.tokens[mask]} in the first "
                    f"{self.max_sequence_length} tokens: write one where a word is to be predicted"
                )
        return filled_places(out)

    def generate(
        self,
        prompts: Sequence[str] = ("",),
        *,
        length: int | None = None,
        decoder: str | Decoder | None = None,
        suppress: Sequence[str] = (),
        seed: int = 0,
        num_results: int | None = None,
        **options: Any,
    ) -> list[Any]:
        """Fills all mask tokens of a text jointly, by a Markov chain.

        Args:
            prompts: list of strings with mask tokens in them, or any strings if `length` is given.
            length: the number of mask tokens to append to each prompt; None to use those in the prompt.
            decoder: "gibbs" or "metropolis_hastings", or a `Decoder` that fills masks; None for "gibbs".
            suppress: list of strings, each one token, that are never generated.
            seed: a 32-bit seed; the same seed gives a prompt the same text in any batch.
            num_results: the number of texts per prompt, from chains with the seeds `seed`, `seed` + 1 and so on. None
                for one, not in a list.
            **options: options of the decoder: `burn_in`, `temperature`, `scan`; and of logit rules that do not look at
                the text.

        Returns:
            A list, one entry per prompt: `text` (the whole text, as its tokens are decoded), `tokens` (strings, those
            at the mask tokens' positions) and their `log_probabilities`, each given all others. With `num_results`,
            each entry is a list of that length, best first, each with a `score`, the sum of these.

        Raises:
            UserError: the model has no tokenizer or mask token, a text has nothing to fill or is too long, or an option
                is unknown or out of range.
            ValueError: prompts or suppress is one string, or not strings; or the decoder is not a decoder.

        Example:
            >>> model.generate(["the [MASK] sat on the [MASK] ."], burn_in=50, seed=1)  # doctest: +SKIP
            >>> model.generate([""], length=8, decoder="metropolis_hastings", num_results=3)  # doctest: +SKIP
        """
        from .mask_filling import filled_texts

        limits = {"length": length, "suppress": suppress, "seed": seed, "num_results": num_results}
        return filled_texts(self, prompts, decoder, options, **limits)

    def predict_text(self, texts: Sequence[str], pairs: Sequence[str] | None = None, **options: Any) -> list[Any]:
        """See `TextModel`; `fill`."""
        self.refuse_pairs(pairs)
        return self.fill(texts, **options)

    def sample_text(self, prompt: str, *, max_tokens: int, seed: int) -> str | None:
        """See `TextModel`; the most likely words for the mask tokens of the prompt."""
        del max_tokens, seed
        if self.need_tokenizer().tokens[self.mask_id()] not in prompt:
            return None
        (places,) = self.fill([prompt], count=3)
        return "\n".join([prompt, *(", ".join(f"{c['token']} {c['probability']:.3f}" for c in p) for p in places)])

    def score(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Computes the log-probability of every token of each text given all others, each masked in turn.

        Their sum is the pseudo-log-likelihood of Salazar et al. 2020 (arXiv:1910.14659), which is not the probability
        of the text: a masked model has none. A text is read once per token.

        Args:
            texts: list of strings; texts that are too long for the model are read in consecutive parts.

        Returns:
            A list, one entry per text: `tokens` (strings), without special ones, which are read but not masked, and
            `log_probabilities` (floats, natural logarithm).

        Raises:
            UserError: the model has no tokenizer or mask token, or a text is not Unicode.
            ValueError: texts is one string, or not strings.

        Example:
            >>> model.score(["a cat sat"])[0]["tokens"]
            ['a', 'cat', 'sat']
        """
        self.mask_id()  # or an error that says so
        return scores_in_turn(self, batch_of_text(texts, "texts"))

    def mask_id(self) -> int:
        """The id of the mask token; UserError if there is none."""
        mask = self.need_tokenizer().mask_id
        if mask is None:
            raise UserError(f"a {self.need_tokenizer().kind} tokenizer has no mask token, so there is nothing to fill")
        return mask
