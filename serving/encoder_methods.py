"""What exported encoders are asked, in SavedModels and LiteRT files alike. Needs no TensorFlow."""

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
        manifest: of the export.
        tokens: the printable name of every token id.
    """

    manifest: Mapping[str, Any]
    tokens: tuple[str, ...]
    _place: Path

    @functools.cached_property
    def _options(self) -> EncoderOptions:
        return EncoderOptions.read(self.manifest, self._place)

    def fill(self, texts: Iterable[str], *, count: int = 5) -> list[list[list[dict[str, Any]]]]:
        """The likeliest words for every mask token, each judged by itself.

        Args:
            texts: list of strings with the mask token in them.
            count: words for each, from 1 to all that the model knows.

        Returns:
            For every text, for each of its mask tokens in turn: a list of `token` and `probability`, best first.

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
        """The vectors of texts, float32 (len(texts), D).

        Args:
            texts: list of strings; those over the model's length are cut.
            batch_size: texts that a SavedModel reads side by side, at least 1; of like length, so that little is
                padded. A LiteRT file reads one after the other.
            prompt_name: of the prompts in the manifest's options, what is put before each text; None for the model's
                default, if it has one.

        Raises:
            UserError: the model does not embed, has no prompt of that name, or a text is not Unicode.
            ValueError: texts is one string, or not strings.
        """
        self._need("embed")
        checked_integer("batch_size", batch_size, 1)
        return self._embedded(text_batch(texts, "texts"), batch_size, prompt_name)

    def classify(self, texts: Iterable[str], pairs: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """The label of each text, or of each pair; or its labels, or its score, as the model's problem type says.

        Args:
            texts: list of strings.
            pairs: the second text of each, or None.

        Returns:
            A list with a dict for each text, as `classification_answers` gives them.

        Raises:
            UserError: the model does not classify, or a text is not Unicode.
            ValueError: texts or pairs is one string, or not strings, or there are not as many.
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
        """How probably each token of each text was put there in place of another.

        Args:
            texts: list of strings.

        Returns:
            For every text a list of `token` and `probability`, special tokens included.

        Raises:
            UserError: the model does not detect, or a text is not Unicode.
            ValueError: texts is one string, or not strings.
        """
        self._need("detect")
        strings = text_batch(texts, "texts")
        return self._detected(strings) if strings else []

    def tag(self, texts: Iterable[str]) -> list[dict[str, Any]]:
        """The words of each text with their tags, the spans that the tags mark, and the text's intent, if it has one.

        Args:
            texts: list of strings.

        Returns:
            A list with a dict for each text, as `tag_answers` gives them.

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
        """The answer to each question, as its text has it.

        Args:
            questions: list of strings.
            contexts: for each the text that holds the answer.
            count: candidates at most.

        Returns:
            A list with a dict for each question, as `span_answers` gives them.

        Raises:
            UserError: the model does not answer questions, a text is empty or not Unicode, or a question is so long
                that a window has no room for its text.
            ValueError: one string, not strings, or not as many of both.
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
        """UserError where the model has no such method."""

    @abc.abstractmethod
    def _filled(self, texts: list[bytes], count: int) -> list[list[list[dict[str, Any]]]]:
        """The words for each mask token; none of a text without one."""

    @abc.abstractmethod
    def _embedded(self, texts: list[bytes], batch_size: int, prompt_name: str | None) -> np.ndarray:
        """The vectors of texts."""

    @abc.abstractmethod
    def _classified(self, texts: list[bytes], pairs: Sequence[bytes] | None) -> Mapping[str, np.ndarray]:
        """What `classification_outputs` gives."""

    @abc.abstractmethod
    def _detected(self, texts: list[bytes]) -> list[list[dict[str, Any]]]:
        """The tokens of each text, with their probabilities."""

    @abc.abstractmethod
    def _tagged(self, texts: list[bytes]) -> Mapping[str, np.ndarray]:
        """What the signature `tag` gives."""

    @abc.abstractmethod
    def _answered(self, questions: list[bytes], contexts: list[bytes], count: int) -> Mapping[str, np.ndarray]:
        """What the signature `answer` gives."""
