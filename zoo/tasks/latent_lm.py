"""Latent-variable language models, which draw a vector and generate a sentence from it."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from ...layers.plain.errors import UserError
from ...layers.plain.generation_options import MAX_TOKENS, checked_integer
from ...layers.plain.logit_rules import LogitRule
from ...layers.random_bits import random_normal, random_uniform
from ..decoding import Decoder, make_decoder
from .causal_lm import CausalLM
from .latent_bound_model import LatentBoundModel
from .registry import register_task
from .text_model import batch_of_text, strings_spec

OF_THE_VECTOR = 2**30
"""The step whose random numbers draw a vector; tokens use the steps from 0 on."""

MOST_STEPS = 1000
ENCODED_TEXTS = 64


@register_task("latent_lm")
@keras.saving.register_keras_serializable(package="langzoo")
class LatentLM(CausalLM):
    """A latent vector z per sentence, and a causal model of its tokens given z: p(x) = ∫ p(z) Π p(x_t | x_<t, z) dz.

    Bowman et al. 2016, arXiv:1511.06349. `encode` reads a sentence and returns q(z | x); the model is trained with the
    objective `evidence_bound`. Given z it is a causal model, with `step`, `call` and all decoders; generated texts have
    a z from the prior, drawn with their seed, and a prompt is the forced beginning of a text.

    Args:
        config: a `ModelConfig` of a family with the task "latent_lm".
        tokenizer: required by the methods that take text.
        **kwargs: arguments of `CausalLM`.

    Call with `inputs` `{"token_ids": int (B, T)[, "padding_mask": bool (B, T)][, "latent": float (B, Z)]}` and `state`;
    returns `{"logits": float32 (B, T, V), "state": dict}`. Without `latent` and `state`, z is the mean of the prior.

    Example:
        >>> import langzoo.zoo as zoo
        >>> model = zoo.create("lstm_vae_tiny")
        >>> read = model.encode({"token_ids": tf.constant([[5, 6, 7]])})
        >>> model({"token_ids": tf.constant([[1, 5, 6]]), "latent": read["mean"]})["logits"].shape
        TensorShape([1, 3, 1000])
    """

    bodies = ("latent",)
    purpose = "draws a vector and writes a sentence from it, and encodes a sentence as a vector"
    intended_use = (
        "Drawing sentences, walking between them, finding groups of them, and research on latent variables, in the "
        "language and style of its training data."
    )
    example_call = 'generate([""], max_tokens=20, temperature=0.8, seed=1)'

    @property
    def prior(self) -> Any:
        """p(z): `NormalPrior`, `MixturePrior` or `TreePrior`."""
        return self.backbone.prior

    def encode(self, inputs: Mapping[str, Any], training: bool | None = None) -> dict[str, tf.Tensor]:
        """q(z | x) of sentences, `token_ids` (B, T) and `padding_mask`: `mean` and `log_variance`, float32 (B, Z)."""
        return self.backbone.encode(inputs, training=training)

    def start_state(self, latents: tf.Tensor) -> dict[str, Any]:
        """The state before any token of sentences with these vectors, (B, Z)."""
        return self.backbone.start_state(latents)

    def drawn_latents(self, seeds: tf.Tensor) -> tf.Tensor:
        """Draws vectors from the prior, (B, Z), with seeds int32 (B,)."""
        noise = random_normal(seeds, tf.zeros_like(seeds), OF_THE_VECTOR, self.config.latent_dim)
        return self.prior.draw(random_uniform(seeds, tf.constant(OF_THE_VECTOR)), noise)

    def bound(self, seeds: tf.Tensor) -> LatentBoundModel:
        """See `CausalLM`; with a vector from the prior for each seed."""
        return LatentBoundModel(self, self.drawn_latents(seeds))

    def encode_strings(self, texts: tf.Tensor) -> dict[str, tf.Tensor]:
        """In a graph: sentences (B,) -> `mean` and `log_variance` of q(z | x), (B, Z).

        If the prior has components, also `responsibilities` (B, K), p(component | mean).
        """
        # A line end, since sentences are the lines of files.
        ids = self.need_tokenizer().tokenize(tf.strings.join([texts, "\n"]))
        lengths, padded = tf.cast(ids.row_lengths(), tf.int32), ids.to_tensor()
        missing = tf.maximum(1 - tf.shape(padded)[1], 0)
        padded = tf.pad(padded, tf.reshape(tf.stack([0, 0, 0, missing]), (2, 2)))
        mask = tf.sequence_mask(lengths, tf.shape(padded)[1])
        found = self.encode({"token_ids": padded, "padding_mask": mask})
        if not self.prior.has_components:
            return found
        return {**found, "responsibilities": self.prior.responsibilities(found["mean"])}

    def posteriors(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Computes the posterior of the latent vector of each sentence.

        Args:
            texts: list of strings.

        Returns:
            A dict per text: `mean` and `log_variance` of q(z | x), lists of Z numbers, and, if the prior has
            components, `responsibilities`, their K probabilities given the mean.

        Raises:
            UserError: the model has no tokenizer, or a text is not Unicode.
            ValueError: texts is one string, or not strings.
        """
        self.need_tokenizer()
        rows, found = batch_of_text(texts, "texts"), []
        graph = self._graph(
            "encode", lambda: tf.function(self.encode_strings, input_signature=[strings_spec()], autograph=False)
        )
        for first in range(0, len(rows), ENCODED_TEXTS):
            read = {name: value.numpy() for name, value in graph(rows[first : first + ENCODED_TEXTS]).items()}
            count = len(read["mean"])
            found += [{name: value[row].tolist() for name, value in read.items()} for row in range(count)]
        return found

    def write(
        self, latents: Any, *, max_tokens: int = 50, decoder: str | None = None, seed: int = 0, **options: Any
    ) -> list[str]:
        """Generates sentences from given vectors.

        Args:
            latents: float (B, Z).
            max_tokens: the maximum number of tokens per sentence.
            decoder: a name; None for the one that has the given options, greedy if there are none.
            seed: the seed of decoders that sample, the same for every sentence.
            **options: options of the decoder and of logit rules.

        Raises:
            UserError: the model has no tokenizer, or an option is unknown or out of range.
        """
        self.need_tokenizer()
        chosen, rules = make_decoder(decoder, **options)
        if chosen.needs == "fill":
            raise UserError(f"decoder {decoder} fills masks, but a {self.task} model writes token by token")
        max_tokens = checked_integer("max_tokens", max_tokens, 1, MAX_TOKENS)
        vectors, opened = tf.convert_to_tensor(latents, tf.float32), chosen.opened(self)
        bound = [rule.bound(self.token_book) for rule in rules]
        size = 1 if opened.reads_alone(bound) else max(len(vectors), 1)
        texts = [
            text
            for first in range(0, len(vectors), size)
            for text in self.written(
                vectors[first : first + size], opened, rules=bound, max_tokens=max_tokens, seed=seed
            ).numpy()
        ]
        return [text.decode("utf-8", errors="replace") for text in texts]

    def written(
        self,
        latents: tf.Tensor,
        decoder: Decoder,
        *,
        max_tokens: int,
        rules: Sequence[LogitRule] = (),
        seed: int = 0,
    ) -> tf.Tensor:
        """In a graph: vectors (B, Z) -> their sentences, strings (B,); see `write`."""
        rows = tf.shape(latents)[:1]
        ids, lengths = self.encode_prompts(tf.fill(rows, ""))
        stops = self.stop_ids()
        new = decoder.decode(
            LatentBoundModel(self, latents),
            ids,
            lengths,
            rules=(*self.suppression(), *rules),
            max_tokens=tf.constant(max_tokens),
            stop_ids=tf.constant(stops, tf.int32, shape=[len(stops)]),
            seeds=tf.fill(rows, seed),
        )
        return self.new_text(new)["text"]

    def interpolate(self, first: str, second: str, *, steps: int = 7, **options: Any) -> list[dict[str, Any]]:
        """Generates sentences on the line between the vectors of two sentences, the means of q(z | x).

        Args:
            first, second: the sentences.
            steps: the number of sentences to generate, including both ends, 2 to 1,000.
            **options: options of `write`.

        Returns:
            A dict per sentence: `share`, its position from first (0) to second (1), and `text`.

        Raises:
            UserError: steps is out of range, or as in `posteriors` and `write`.
        """
        checked_integer("steps", steps, 2, MOST_STEPS)
        start, end = (tf.constant(each["mean"]) for each in self.posteriors([first, second]))
        shares = [step / (steps - 1) for step in range(steps)]
        texts = self.write(tf.stack([(1 - share) * start + share * end for share in shares]), **options)
        return [{"share": share, "text": text} for share, text in zip(shares, texts, strict=True)]

    def own_stop_ids(self) -> tuple[int, ...]:
        """See `GenerativeModel`; the end token, and the line-end token if there is one: sentences are lines."""
        tokenizer = self.need_tokenizer()
        with tf.init_scope():  # Exports need it during tracing.
            line_end = tokenizer.tokenize("\n")
            ends = line_end.numpy().tolist() if tokenizer.detokenize(line_end).numpy() == b"\n" else []
        single = ends if len(ends) == 1 else []
        return tuple(dict.fromkeys((*super().own_stop_ids(), tokenizer.end_id, *single)))

    def score_strings(self, texts: tf.Tensor) -> dict[str, tf.Tensor]:
        """Not available: a sum over all vectors has no closed form.

        Raises:
            UserError: always; the message says what bounds it.
        """
        raise UserError(
            f"{self.name} is a {self.task} model, whose probabilities have no closed form: langzoo evaluate reports "
            "bounds on them"
        )

    def hidden_of_new(self, prompts: tf.Tensor, new_ids: tf.Tensor) -> tf.Tensor:
        """Not available: the vector that a text was generated from is not known.

        Raises:
            UserError: always.
        """
        raise UserError(f"a {self.task} model draws a vector first and gives no alternatives: leave them out")
