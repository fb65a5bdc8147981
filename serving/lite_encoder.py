"""A LiteRT file of an encoder with the methods of a live model, without TensorFlow."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..layers.plain.answers import exported_answers, named_probabilities, row_answers
from ..layers.plain.classification_answers import classification_outputs
from ..layers.plain.errors import UserError
from ..layers.plain.named_prompt import named_prompt
from ..layers.plain.span_search import found_spans, span_columns
from ..layers.plain.text.packing_rule import packed_row, packing_style, room_for_texts
from ..layers.plain.text.placed_tokens import PlacedTokens
from ..layers.plain.text.span_windows import (
    context_place,
    packed_window,
    room_for_context,
    window_starts,
)
from ..layers.plain.text.word_packing import FRAME, packed_words, word_prefix
from ..layers.plain.text.word_rules import WORD_RULES
from ..layers.plain.text_batch import text_batch
from ..layers.plain.window_logits import WindowLogits
from .encoder_methods import EncoderMethods
from .lite_base import LiteBase
from .text.bert_word_splitter import BertWordSplitter

OUTPUTS = {"text_encoder": "embeddings", "span_extractor": "start_logits"}  # by task; "logits" for the others
METHODS = {
    "masked_lm": "fill",
    "text_encoder": "embed",
    "text_classifier": "classify",
    "relation_classifier": "classify",
    "replaced_token_detector": "detect",
    "token_tagger": "tag",
    "span_extractor": "answer",
}


class LiteEncoder(LiteBase, EncoderMethods):
    """A `.tflite` file of an encoder, run with plain LiteRT, with the method of the live model's task.

    TensorFlow is never imported. Texts are read one at a time, each by the shortest signature that fits it; those that
    are longer than the longest signature are truncated. Threads may call it together; they take turns.

    Args:
        path: the file.
        num_threads: number of threads to compute with; None for the number of processors, at most four.

    Attributes:
        manifest: the file's manifest: name, task, signatures, tokenizer, measurements and more.
        tokens: the printable name of every token id.
        tokenizer: a `PlainTokenizer`.
        max_length: number of tokens that a text is truncated to, including special ones.
        cut_texts, cut_tokens: number of texts, or pairs, that have been truncated so far, and of tokens left out.

    Raises:
        UserError: there is no such file, or it is not from langzoo, damaged or altered, or of a task that writes text.

    Example:
        >>> model = LiteEncoder("saved_models/my_model/litert/1/my_model.tflite")  # doctest: +SKIP
        >>> model.classify(["the cat sat"])  # doctest: +SKIP
        [{'label': 'good', 'probabilities': {'bad': 0.1, 'good': 0.9}}]
    """

    signature = "tokens_"
    others = "writes text: open it with LiteModel"

    def __init__(self, path: Path | str, *, num_threads: int | None = None):
        from ai_edge_litert.interpreter import Interpreter

        super().__init__(path, num_threads=num_threads)
        self._place = self.path
        self.cut_texts = self.cut_tokens = 0
        self._lock = threading.Lock()  # an interpreter runs one signature at a time
        self._inputs: dict[str, dict[str, int]] = {}  # of each signature, with the size of their last axis
        try:
            self._model = Interpreter(model_path=str(self.path), num_threads=self.num_threads)
            self._model.allocate_tensors()  # LiteRT prints its backend here, once
            lengths: dict[int, str] = {}
            for name in self._model.get_signature_list():
                runner = self._model.get_signature_runner(name)
                inputs, outputs = runner.get_input_details(), runner.get_output_details()
                length = int(inputs["token_ids"]["shape"][1])
                if self.task in METHODS:
                    shape = outputs[OUTPUTS.get(self.task, "logits")]["shape"].tolist()
                    self._width = self._checked_width(shape, length)
                self._inputs[name] = {key: int(each["shape"][-1]) for key, each in inputs.items()}
                lengths[length] = name
        except (RuntimeError, ValueError, KeyError, IndexError) as error:
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
            raise UserError(f"{path} cannot be read by LiteRT ({reason}): export the model again") from error
        closing = self.manifest["tokenizer"].get("closing_id")
        if not lengths or closing is None or closing >= len(self.tokens):
            raise UserError(f"{path} has no signature that reads a text: export the model again")
        self._lengths = dict(sorted(lengths.items()))
        longest = max(lengths)
        self.max_length = min(longest, self._options.max_length or longest)

    def _filled(self, texts: list[bytes], count: int) -> list[list[list[dict[str, Any]]]]:
        mask, size, filled = self.manifest["tokenizer"].get("mask_id"), len(self.tokens), []
        for ids, outputs in self._read(texts):
            places = [place for place, token_id in enumerate(ids) if token_id == mask]
            # Rows that only pad the matrix to a round size are not words.
            probabilities = _softmax(outputs["logits"][places, :size])  # (M, V)
            best = np.argsort(-probabilities, axis=-1, kind="stable")[:, :count]
            chosen = zip(best, probabilities, strict=True)
            filled.append([named_probabilities([self.tokens[i] for i in words], row[words]) for words, row in chosen])
        return filled

    def _embedded(self, texts: list[bytes], batch_size: int, prompt_name: str | None) -> np.ndarray:
        del batch_size
        prompt = named_prompt(self._options.prompts, prompt_name, default=self._options.default_prompt_name).encode()
        rows = [outputs["embeddings"] for _, outputs in self._read([prompt + text for text in texts])]
        width = self.manifest["signatures"][next(iter(self._lengths.values()))]["outputs"]["embeddings"]["shape"][1]
        return np.stack(rows) if rows else np.zeros((0, width), np.float32)

    def _classified(self, texts: list[bytes], pairs: Sequence[bytes] | None) -> Mapping[str, np.ndarray]:
        logits = np.stack([outputs["logits"] for _, outputs in self._read(texts, pairs)])
        labels = np.array([label.encode() for label in self._options.checked_labels(logits.shape[1])])
        return classification_outputs(
            logits,
            problem_type=self._options.problem_type,
            activation=self._options.activation,
            sigmoid=_sigmoid,
            softmax=_softmax,
            best=lambda probabilities: labels[probabilities.argmax(-1)],
        )

    def _detected(self, texts: list[bytes]) -> list[list[dict[str, Any]]]:
        return [
            named_probabilities([self.tokens[i] for i in ids], _sigmoid(outputs["logits"][: len(ids)]))
            for ids, outputs in self._read(texts)
        ]

    def _tagged(self, texts: list[bytes]) -> Mapping[str, np.ndarray]:
        options = self._options
        splitter = BertWordSplitter(lowercase=False, strip_accents=False, **WORD_RULES[options.words])
        labels = np.array([label.encode() for label in options.labels])
        spans = [splitter.spans(text.decode("utf-8", errors="replace")) for text in texts]
        rows, intents = [], []
        for words in spans:
            tags, intent_logits = self._tag_words([word for word, _, _ in words])
            intents.append(intent_logits)
            cells = zip(words, labels[tags], strict=True)
            rows.append([(word.encode(), tag, start, limit) for (word, start, limit), tag in cells])
        columns = ("words", "tags", "starts", "limits")
        width = max(map(len, rows))
        padded = [row + [(b"", b"", 0, 0)] * (width - len(row)) for row in rows]
        found = {name: np.array([[cell[i] for cell in row] for row in padded]) for i, name in enumerate(columns)}
        found["lengths"] = np.array([len(row) for row in rows])
        if not options.intents:
            return found
        probabilities = _softmax(np.stack(intents))
        best = np.array([name.encode() for name in options.intents])[probabilities.argmax(-1)]
        return {**found, "intents": best, "probabilities": probabilities}

    def _tag_words(self, words: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Returns each word's tag as an index of the labels, and the logits of the intents of the first row."""
        described = self.manifest["tokenizer"]
        unknown, closing, prefix = described.get("unknown_id"), described["closing_id"], word_prefix(described["kind"])
        packed = packed_words(
            [self.tokenizer.encode(prefix + word) for word in words],
            start_id=described["start_id"],
            closing_id=closing,
            unknown_id=closing if unknown is None else unknown,
            max_length=self.max_length,
            last=bool(self.manifest.get("reads_last_token")),
        )
        outputs = []
        for ids, places in zip(*packed, strict=True):
            more = {"word_places": places, "num_words": np.array([len(places)], np.int32), "segment_ids": []}
            outputs.append(self._run(ids, more))
        tags = [out["tags"][: len(places)] for out, places in zip(outputs, packed.places, strict=True)]
        return np.concatenate(tags), outputs[0].get("intent_logits", np.zeros(0))

    def _answered(self, questions: list[bytes], contexts: list[bytes], count: int) -> Mapping[str, np.ndarray]:
        encoded = [self.tokenizer.encode_bytes(question) for question in questions]
        style = packing_style(self.manifest["tokenizer"]["kind"])
        rooms = room_for_context([len(ids) for ids in encoded], max_length=self.max_length, style=style)
        found = []
        for question, context, room in zip(encoded, contexts, rooms, strict=True):
            tokens = PlacedTokens.of(context.decode("utf-8", "replace"), self.tokenizer.offsets(context))
            windows = self._windows(question, tokens.ids.tolist(), room, style)
            found.append(found_spans(tokens, windows, longest=self._options.max_answer_tokens, count=count))
        return span_columns(found)

    def _windows(self, question: list[int], context: list[int], room: int, style: str) -> Iterator[WindowLogits]:
        """Yields the logits of a question with each window of its context."""
        described = self.manifest["tokenizer"]
        frame = {"start_id": described["start_id"], "closing_id": described["closing_id"]}
        place = context_place(len(question), style=style)
        for first in window_starts(len(context), room, self._options.stride).tolist():
            window = context[first : first + room]
            ids, segments = packed_window(question, window, **frame, style=style)
            outputs = self._run(ids, {"segment_ids": segments})
            yield WindowLogits(first, place, len(window), outputs["start_logits"], outputs["end_logits"])

    def answer(self, texts: Sequence[str], pairs: Sequence[str] | None = None, **options: Any) -> list[dict[str, Any]]:
        """Returns the live model's `answer` to each text; for a task of another package, the raw outputs."""
        if self.task in METHODS:
            return exported_answers(self, METHODS[self.task], texts, pairs, **options)
        strings = text_batch(texts, "texts")
        seconds = None if pairs is None else text_batch(pairs, "pairs", beside=strings)
        return [
            row_answers({name: value[np.newaxis] for name, value in outputs.items()})[0]
            for _, outputs in self._read(strings, seconds)
        ]

    def _checked_width(self, shape: list[int], length: int) -> int:
        """Returns the last axis of a signature's output; raises ValueError if the shape is not that of its task."""
        expected = {"masked_lm": [1, length, shape[-1]], "replaced_token_detector": [1, length]}
        expected["span_extractor"] = [1, length]
        expected["token_tagger"] = [1, max(length - FRAME, 1), len(self._options.labels)]
        few = self.task == "masked_lm" and shape[-1] < len(self.tokens)
        if few or shape != expected.get(self.task, [1, shape[-1]]):
            raise ValueError(f"its output has the shape {shape}")
        return shape[-1]

    def _need(self, method: str) -> None:
        own = METHODS.get(self.task, "answer")
        if method != own:
            raise UserError(f"{self.path} is a {self.task} model, which has no {method!r}, only {own!r}: use that")

    def _read(
        self, texts: Sequence[bytes], pairs: Sequence[bytes] | None = None
    ) -> list[tuple[list[int], Mapping[str, np.ndarray]]]:
        """Yields for each text or pair its ids and the model's outputs, without the batch axis."""
        encode: Callable[[bytes], list[int]] = self.tokenizer.encode_bytes
        described = self.manifest["tokenizer"]
        frame = {"start_id": described["start_id"], "closing_id": described["closing_id"]}
        style, read = packing_style(described["kind"]), []
        for row, text in enumerate(texts):
            first, second = encode(text), None if pairs is None else encode(pairs[row])
            ids, segments = packed_row(first, second, **frame, max_length=self.max_length, style=style)
            left_out = len(first) + len(second or ()) - room_for_texts(len(ids), pair=second is not None, style=style)
            if left_out > 0:
                with self._lock:
                    self.cut_texts, self.cut_tokens = self.cut_texts + 1, self.cut_tokens + left_out
            ids, segments = ids[: self.max_length], segments[: self.max_length]
            read.append((ids, self._run(ids, {"segment_ids": segments})))
        return read

    def _run(self, ids: Sequence[int], more: Mapping[str, Any]) -> dict[str, np.ndarray]:
        """Runs the shortest signature that fits a row; returns its outputs without the batch axis.

        Args:
            ids: the ids of the row.
            more: further inputs: arrays, or lists, which are padded with 0; inputs it does not take are left out.
        """
        length, name = next((length, name) for length, name in self._lengths.items() if length >= len(ids))
        described = self._inputs[name]
        given = {
            "token_ids": _padded(ids, length, self.manifest["tokenizer"].get("padding_id") or 0),
            "padding_mask": np.arange(length)[np.newaxis] < len(ids),
        }
        for key, values in more.items():
            if key in described:
                given[key] = values if isinstance(values, np.ndarray) else _padded(values, described[key], 0)
        try:
            with self._lock:
                outputs = self._model.get_signature_runner(name)(**{key: given[key] for key in described})
        except (RuntimeError, ValueError, KeyError) as error:
            raise UserError(f"{self.path} is damaged ({name} fails): export the model again") from error
        return {key: value[0] for key, value in outputs.items()}


def _padded(ids: Sequence[int], length: int, padding: int) -> np.ndarray:
    """Pads ids to int32 (1, length)."""
    row = np.full((1, length), padding, np.int32)
    row[0, : len(ids)] = ids
    return row


def _softmax(logits: np.ndarray) -> np.ndarray:
    exponents = np.exp(logits - logits.max(-1, keepdims=True))
    return exponents / exponents.sum(-1, keepdims=True)


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return np.exp(-np.logaddexp(0, -logits))
