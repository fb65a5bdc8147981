"""A LiteRT file with the methods of a live model, without TensorFlow."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..layers.plain.errors import UserError
from ..layers.plain.generation_options import (
    MAX_ALTERNATIVES,
    checked_integer,
    checked_limits,
    checked_results,
    ranked_results,
)
from ..layers.plain.logit_rules.suppress_tokens import SuppressTokens
from ..layers.plain.numpy_ops import NumPyOps
from ..layers.plain.stop_strings import StopStrings
from ..layers.plain.text_batch import text_batch
from ..layers.plain.token_book import TokenBook
from .decoding_options import decoding_options
from .lite_steps import LiteSteps
from .lite_writer import LiteWriter
from .steps_pool import StepsPool


class LiteModel(LiteWriter):
    """A `.tflite` file of `langzoo export --format litert` that scores and generates text, run with plain LiteRT.

    TensorFlow is never imported. The cache stays in the interpreter's memory. Threads may call it together, and streams
    may be read in turn: texts that are written at the same time have an interpreter each, kept for later ones.

    Args:
        path: the file.
        num_threads: number of threads to compute with; None for the number of processors, at most four.

    Attributes:
        manifest: the file's manifest: name, task, signatures, tokenizer, measurements and more.
        tokens: the printable name of every token id.
        tokenizer: a `PlainTokenizer`.

    Raises:
        UserError: there is no such file, or it is not from langzoo, damaged or altered, or of a task that writes no
            text.

    Example:
        >>> model = LiteModel("saved_models/my_model/litert/1/my_model.int8.tflite")  # doctest: +SKIP
        >>> model.generate(["the cat"], max_tokens=3)  # doctest: +SKIP
        [{'text': ' sat on the', 'tokens': ['sat', 'on', 'the'], 'log_probabilities': [-1.2, -0.3, -0.4]}]
    """

    signature = "decode"
    others = "writes no text: open it with LiteEncoder"

    def __init__(self, path: Path | str, *, num_threads: int | None = None):
        super().__init__(path, num_threads=num_threads)
        self._pool = StepsPool(lambda: LiteSteps(self.path, self.manifest, num_threads=self.num_threads))
        described = self.manifest["tokenizer"]
        self._book = TokenBook(
            names=self.tokens,
            width=described["vocabulary_size"],
            end_id=described["end_id"],
            unknown_id=described.get("unknown_id"),
            joins_words=self.tokenizer.joins_words,
            encode=self.tokenizer.encode,
            decode=lambda rows: [self.tokenizer.decode(ids) for ids in rows],
        )

    def generate(
        self,
        prompts: Iterable[str],
        *,
        max_tokens: int = 50,
        decoder: str | None = None,
        stop: Sequence[str] | None = None,
        suppress: Sequence[str] = (),
        seed: int = 0,
        num_results: int | None = None,
        alternatives: int = 0,
        **options: float | None,
    ) -> list[Any]:
        """Generates a continuation of each prompt, one at a time, or an encoder-decoder's answer.

        Args:
            prompts: list of strings; "" starts a text.
            max_tokens: the maximum number of new tokens, up to 1,000,000; a text that fills the file's context ends
                there.
            decoder: "greedy" or "sampling", or "temperature", "top_k" and "top_p", which are sampling; None for the one
                that has the given options, greedy if there are none. Beam search is not part of an export.
            stop: list of strings; a text ends right before the first of them, regardless of token boundaries. ""
                is the end token. None for the tokenizer's own.
            suppress: list of strings, each one token, that are never generated.
            seed: 32-bit seed of decoders that sample; the same seed gives the same text as the live model.
            num_results: number of texts per prompt, drawn with the seeds `seed`, `seed` + 1 and so on. None for a
                single text that is not in a list.
            alternatives: number of most likely tokens to return per position of the text, up to 100.
            **options: `temperature` (at least 0; 0 is greedy), `top_k` (0 keeps all), `top_p` (1 keeps all), and those
                of logit rules: `repetition_penalty`, `no_repeat_ngram_size`. None is the default.

        Returns:
            A list, one entry per prompt: `text` (what follows the prompt's last character; an encoder-decoder's
            answer), `tokens` (strings), `log_probabilities`; if requested also `alternatives`, for each token a list of
            `token` and `log_probability`, best first. With `num_results`, each entry is a list of that many, best
            first, each with its `score`, the sum of its log-probabilities.

        Raises:
            UserError: a prompt is not Unicode or too long, or an option is unknown or out of range.
            ValueError: prompts, stop or suppress is one string, or not strings; or the decoder is not a name.
        """
        texts = text_batch(prompts, "prompts")
        limits = {"max_tokens": max_tokens, "stop": stop, "suppress": suppress, "seed": seed}
        count, asked = self._asked(decoder, options, **limits, num_results=num_results)
        asked["alternatives"] = checked_integer("alternatives", alternatives, 0, MAX_ALTERNATIVES)
        encoded = [self._checked(text) for text in texts]
        found = [
            self._write(text, ids, seed=each, **asked)
            for text, ids in zip(texts, encoded, strict=True)
            for each in range(seed, seed + count)
        ]
        return found if num_results is None else ranked_results(found, count)

    def stream(
        self,
        prompt: str,
        *,
        max_tokens: int = 50,
        decoder: str | None = None,
        stop: Sequence[str] | None = None,
        suppress: Sequence[str] = (),
        seed: int = 0,
        **options: float | None,
    ) -> Iterator[str]:
        """Yields the text that `generate` returns piece by piece, each as soon as it is final.

        Args:
            prompt: string; "" starts a text.
            max_tokens, decoder, stop, suppress, seed, **options: see `generate`.

        Raises:
            UserError: as for `generate`; raised immediately.
        """
        (text,) = text_batch([prompt], "prompt")
        limits = {"max_tokens": max_tokens, "stop": stop, "suppress": suppress, "seed": seed}
        _, asked = self._asked(decoder, options, **limits)
        return self._pieces(text, self._checked(text), seed=seed, **asked)

    def _asked(self, decoder, options, *, max_tokens, stop, suppress, seed, num_results=None):
        """Returns the number of texts per prompt, and the arguments to generate them with."""
        chosen, rules = decoding_options(decoder, options)
        stop, suppress = checked_limits(max_tokens=max_tokens, seed=seed, stop=stop, suppress=suppress)
        count = checked_results(num_results, seed, "sampling", chosen)
        stops, suppressed = self._stops(stop), self._suppress_ids(suppress)
        if suppressed:
            size = self.manifest["tokenizer"]["vocabulary_size"]
            rules = (SuppressTokens.of(suppressed, size=size, ops=NumPyOps), *rules)
        rules = [rule.bound(self._book) for rule in rules]
        return count, {"max_tokens": max_tokens, "stops": stops, "rules": rules, "options": chosen}

    def score(self, texts: Iterable[str], targets: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """Returns the log-probability of every token of each text, or of each target given its source.

        Args:
            texts: list of strings; an encoder-decoder's sources.
            targets: list of as many strings for an encoder-decoder; None for other models.

        Returns:
            A list, one entry per text: `tokens` (strings) and `log_probabilities` (floats, natural logarithm), whose
            sum is that of the text. An empty text has no tokens; a target ends with the end token. If the model reads
            no start token, the first token of a text has no context and is left out.

        Raises:
            UserError: targets are given but not allowed, or missing but required; or a text is not Unicode, or too
                long.
            ValueError: texts or targets is one string, or not strings, or their numbers differ.
        """
        if self.task == "latent_lm":
            raise UserError(f"{self.name} is a latent_lm model, whose probabilities have no closed form")
        if self._answers != (targets is not None):
            rule = "scores targets given their sources: give both" if self._answers else "takes no targets"
            raise UserError(f"{self.name} is a {self.task} model, which {rule}")
        sources = text_batch(texts, "texts")
        if targets is None:
            return [self._scored_text(text) for text in sources]
        answers = text_batch(targets, "targets", beside=sources)
        end = self.manifest["tokenizer"]["end_id"]
        return [
            self._scored([*self.tokenizer.encode_bytes(answer), end], after=self._checked(source))
            for source, answer in zip(sources, answers, strict=True)
        ]

    def token_losses(self, token_ids: np.ndarray, targets: np.ndarray, lengths: Sequence[int]) -> np.ndarray:
        """Returns -log p of each target given the tokens up to its position, float32 (B, T).

        Args:
            token_ids, targets: int (B, T); T is at most the file's context.
            lengths: (B,), the number of valid tokens per row; the others are not read and have a loss of 0.
        """
        losses = np.zeros(targets.shape, np.float32)
        with self._pool.taken() as steps:
            for row, length in enumerate(lengths):
                steps.start()
                for place in range(length):
                    logits = steps.step(int(token_ids[row, place]))
                    losses[row, place] = -self._log_probability(logits, int(targets[row, place]))
        return losses

    def _scored_text(self, text: bytes) -> dict[str, Any]:
        first, *ids = self._encoded(text)
        return self._scored(ids, after=[first])

    def _scored(self, ids: list[int], *, after: list[int]) -> dict[str, Any]:
        self._check_length(len(ids), self.context)
        log_probabilities = []
        with self._pool.taken() as steps:
            logits = self._started(steps, after)
            for i, token in enumerate(ids):
                log_probabilities.append(self._log_probability(logits, token))
                if i + 1 < len(ids):
                    logits = steps.step(token)
        return {"tokens": [self.tokens[token] for token in ids], "log_probabilities": log_probabilities}

    def _checked(self, prompt: bytes) -> list[int]:
        """Returns the ids to read first, if they are not too many."""
        ids = self._encoded(prompt)
        self._check_length(len(ids), self._pool.longest_source if self._answers else self.context)
        return ids

    def _encoded(self, prompt: bytes) -> list[int]:
        """Returns the ids to read first: a source and the tokens around it, or a prompt, after a start token if any."""
        described = self.manifest["tokenizer"]
        ids = self.tokenizer.encode_bytes(prompt)
        if self._answers:
            before = self.manifest.get("source_start_id")
            return [*([] if before is None else [before]), *ids, described["end_id"]]
        starts = described.get("add_start", True) or not ids  # at least one token must be read
        return [described["start_id"], *ids] if starts else ids

    def _check_length(self, count: int, longest: int | None) -> None:
        if longest is not None and count > longest:
            extra = "end" if self._answers else "start"
            raise UserError(
                f"a text is longer than this file reads, {longest} tokens with the {extra} token: shorten it"
            )

    def _stops(self, stop: Sequence[str] | None) -> StopStrings:
        if stop is None:
            return StopStrings(ids=tuple(self.manifest["tokenizer"]["stop_ids"]))
        return StopStrings.of(stop, self._book)

    def _suppress_ids(self, suppress: Sequence[str]) -> list[int]:
        ids = [self._book.single_id("suppress", text) for text in suppress]
        if len(set(ids)) == len(self.tokens):
            raise UserError("suppress holds every token of the model: leave it one to write")
        return ids
