"""The methods of exported encoders, both SavedModels and LiteRT files. Needs no TensorFlow."""

import abc
import functools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..layers.plain.classification_answers import classification_answers
from ..layers.plain.errors import UserError
from ..layers.plain.generation_options import checked_integer
from ..layers.plain.span_answers import DEFAULT_COUNT, MOST_CANDIDATES, checked_questions, span_answers
from ..layers.plain.tag_answers import tag_answers
from ..layers.plain.text_batch import text_batch
from .encoder_options import EncoderOptions


class EncoderMethods(abc.ABC):
    """The methods of a live encoder; a subclass runs the model.

    Attributes:
        manifest: the manifest of the export.
        tokens: the printable name of every token id.
    """

    manifest: Mapping[str, Any]
    tokens: tuple[str, ...]
    _place: Path

    @functools.cached_property
    def _options(self) -> EncoderOptions:
        return EncoderOptions.read(self.manifest, self._place)

    def fill(self, texts: Iterable[str], *, count: int = 5) -> list[list[list[dict[str, Any]]]]:
        """Predicts the most likely words for every mask token, each independently of the others.

        Args:
            texts: list of strings that contain the mask token.
            count: number of words per mask token, from 1 to the size of the vocabulary.

        Returns:
            For every text and each of its mask tokens, a list of dicts of `token` and `probability`, best first.

        Raises:
            UserError: the model does not fill, the count is out of range, or a text is not Unicode or has no mask token
                among the tokens that the model reads.
            ValueError: texts is one string, or not strings.
        """
        self._need("fill")
        strings = text_batch(texts, "texts")
        checked_integer("count", count, 1, len(self.tokens))
        filled = self._filled(strings, count) if strings else []
        for text, places in zip(strings, filled, strict=True):
            if not places:
                mask_id = self.manifest["tokenizer"].get("mask_id")
                mask = "mask token" if mask_id is None else self.tokens[mask_id]
                quoted = text.decode(errors="replace")[:60]
                raise UserError(f"{quoted!r} has no {mask} where the model reads: write one for a word to guess")
        return filled

    def embed(self, texts: Iterable[str], *, batch_size: int = 32, prompt_name: str | None = None) -> np.ndarray:
        """Encodes texts as vectors, float32 (len(texts), D).

        Args:
            texts: list of strings; longer ones than the model reads are truncated.
            batch_size: number of texts per batch of a SavedModel, at least 1; texts of similar length are put together
                to reduce padding. A LiteRT file reads one text at a time.
            prompt_name: name of one of the prompts in the manifest's options, to put before each text; None for the
                model's default, if it has one.

        Raises:
            UserError: the model does not embed, has no prompt of that name, or a text is not Unicode.
            ValueError: texts is one string, or not strings.
        """
        self._need("embed")
        checked_integer("batch_size", batch_size, 1)
        return self._embedded(text_batch(texts, "texts"), batch_size, prompt_name)

    def classify(self, texts: Iterable[str], pairs: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """Predicts the label, the labels or the score of each text or pair, depending on the model's problem type.

        Args:
            texts: list of strings.
            pairs: the second text of each, or None.

        Returns:
            A list with a dict per text, as returned by `classification_answers`.

        Raises:
            UserError: the model does not classify, or a text is not Unicode.
            ValueError: texts or pairs is one string, or not strings, or their numbers differ.
        """
        self._need("classify")
        strings = text_batch(texts, "texts")
        seconds = None if pairs is None else text_batch(pairs, "pairs", beside=strings)
        if not strings:
            return []
        outputs = self._classified(strings, seconds)
        width = outputs["scores" if "scores" in outputs else "probabilities"].shape[1]
        return classification_answers(outputs, self._options.checked_labels(width))

    def detect(self, texts: Iterable[str]) -> list[list[dict[str, Any]]]:
        """Predicts for each token of each text the probability that it was replaced.

        Args:
            texts: list of strings.

        Returns:
            For every text a list of dicts of `token` and `probability`, including special tokens.

        Raises:
            UserError: the model does not detect, or a text is not Unicode.
            ValueError: texts is one string, or not strings.
        """
        self._need("detect")
        strings = text_batch(texts, "texts")
        return self._detected(strings) if strings else []

    def tag(self, texts: Iterable[str]) -> list[dict[str, Any]]:
        """Predicts the tags of the words of each text, the spans that they mark, and the text's intent, if any.

        Args:
            texts: list of strings.

        Returns:
            A list with a dict per text, as returned by `tag_answers`.

        Raises:
            UserError: the model does not tag, or a text is not Unicode.
            ValueError: texts is one string, or not strings.
        """
        self._need("tag")
        strings = text_batch(texts, "texts")
        if not strings:
            return []
        outputs, options = self._tagged(strings), self._options
        if options.intents and outputs["probabilities"].shape[1] != len(options.intents):
            raise UserError(f"{self._place} is damaged (options.intents): export the model again")
        return tag_answers(outputs, strings, labels=options.labels, intents=options.intents)

    def answer_questions(
        self, questions: Iterable[str], contexts: Iterable[str] | None, *, count: int = DEFAULT_COUNT
    ) -> list[dict[str, Any]]:
        """Finds the answer to each question in its text.

        Args:
            questions: list of strings.
            contexts: for each question, the text that contains the answer.
            count: the maximum number of candidates.

        Returns:
            A list with a dict per question, as returned by `span_answers`.

        Raises:
            UserError: the model does not answer questions, a text is empty or not Unicode, or a question is so long
                that a window has no room for its text.
            ValueError: questions or contexts is one string, or not strings, or their numbers differ.
        """
        self._need("answer")
        strings, texts = checked_questions(questions, contexts)
        checked_integer("count", count, 1, MOST_CANDIDATES)
        if not strings:
            return []
        outputs = self._answered(strings, texts, count)
        return span_answers(outputs, texts, threshold=self._options.no_answer_threshold)

    @abc.abstractmethod
    def _need(self, method: str) -> Any:
        """Raises UserError if the model has no such method."""

    @abc.abstractmethod
    def _filled(self, texts: list[bytes], count: int) -> list[list[list[dict[str, Any]]]]:
        """Returns the words for each mask token; none for a text without one."""

    @abc.abstractmethod
    def _embedded(self, texts: list[bytes], batch_size: int, prompt_name: str | None) -> np.ndarray:
        """Returns the vectors of texts."""

    @abc.abstractmethod
    def _classified(self, texts: list[bytes], pairs: Sequence[bytes] | None) -> Mapping[str, np.ndarray]:
        """Returns the outputs of `classification_outputs`."""

    @abc.abstractmethod
    def _detected(self, texts: list[bytes]) -> list[list[dict[str, Any]]]:
        """Returns the tokens of each text, with their probabilities."""

    @abc.abstractmethod
    def _tagged(self, texts: list[bytes]) -> Mapping[str, np.ndarray]:
        """Returns the outputs of the signature `tag`."""

    @abc.abstractmethod
    def _answered(self, questions: list[bytes], contexts: list[bytes], count: int) -> Mapping[str, np.ndarray]:
        """Returns the outputs of the signature `answer`."""
