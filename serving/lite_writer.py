"""The generation loop for a LiteRT file."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..layers.plain.logit_rules.history import History
from ..layers.plain.logit_rules.rule_chain import RuleChain
from ..layers.plain.numpy_ops import NumPyOps
from ..layers.plain.stop_strings import CHECKED_EVERY
from ..layers.plain.text_pieces import TextPieces
from .lite_base import LiteBase
from .lite_steps import LiteSteps
from .next_token import next_token
from .steps_pool import StepsPool


class LiteWriter(LiteBase):
    """The base of `LiteModel` that generates texts token by token."""

    _pool: StepsPool

    def __init__(self, path: Path | str, *, num_threads: int | None = None):
        super().__init__(path, num_threads=num_threads)
        self._scratch = threading.local()  # float32 (V,); allocating memory for every token would take time

    @property
    def context(self) -> int | None:
        """The maximum number of tokens of a text, including the start token; None if there is no limit."""
        return self.manifest.get("context")

    @property
    def _answers(self) -> bool:
        """Whether the model answers a text instead of continuing it."""
        return self.task == "seq2seq_lm"

    def _started(self, steps: LiteSteps, ids: list[int], *, seed: int = 0) -> np.ndarray:
        """Returns the logits of the first new token, after the ids of `_encoded`."""
        steps.start(seed)
        if not self._answers:
            return steps.prefill(ids)
        steps.encode(ids)
        return steps.step(self.manifest["start_id"])

    def _write(self, prompt, ids, *, stops, alternatives, **limits) -> dict[str, Any]:
        """Generates one text, truncated before stop strings."""
        written, found = [], {"log_probabilities": []}
        if alternatives:
            found["alternatives"] = []
        for token, logits in self._drawn(ids, stops=stops, **limits):
            written.append(token)
            found["log_probabilities"].append(self._log_probability(logits, token))
            if alternatives:
                found["alternatives"].append(self._likeliest(logits, alternatives))
            if stops.texts and len(written) % CHECKED_EVERY == 0:
                text = self._text(prompt, ids, written)
                if stops.cut(text) != text:
                    break
        text_of = lambda count: self._text(prompt, ids, written[:count])  # noqa: E731
        text, count = stops.cut_tokens(text_of(len(written)), len(written), text_of)
        names = [self.tokens[token] for token in written[:count]]
        return {"text": text, "tokens": names, **{name: values[:count] for name, values in found.items()}}

    def _pieces(self, prompt, ids, *, stops, **limits) -> Iterator[str]:
        """Yields the same text piece by piece."""
        written, pieces, text = [], TextPieces(stops), ""
        for token, _ in self._drawn(ids, stops=stops, **limits):
            written.append(token)
            text = self._text(prompt, ids, written)
            if piece := pieces.add(text):
                yield piece
            if pieces.stopped(text):
                break
        if piece := pieces.finish(stops.cut(text)):
            yield piece

    def _text(self, prompt: bytes, ids: list[int], written: list[int]) -> str:
        if self._answers:
            return self.tokenizer.decode(written).decode("utf-8", errors="replace")
        return self.tokenizer.continuation(prompt, ids, written)

    def _likeliest(self, logits: np.ndarray, count: int) -> list[dict[str, Any]]:
        best = np.argsort(-logits[: len(self.tokens)], kind="stable")[:count]
        return [{"token": self.tokens[i], "log_probability": self._log_probability(logits, int(i))} for i in best]

    def _drawn(self, ids, **given: Any) -> Iterator[tuple[int, np.ndarray]]:
        """Yields the tokens of one text with the logits they are drawn from; the loop of `zoo.decoding.decode`."""
        with self._pool.taken() as steps:
            yield from self._drawn_with(steps, ids, **given)

    def _drawn_with(self, steps, ids, *, max_tokens, stops, rules, seed, options) -> Iterator[tuple[int, np.ndarray]]:
        logits = self._started(steps, ids, seed=seed)
        read = [self.manifest["start_id"]] if self._answers else ids
        room = max_tokens if self.context is None else min(max_tokens, self.context - len(read) + 1)
        written: list[int] = []
        vocabulary_size = self.manifest["tokenizer"]["vocabulary_size"]
        chain, rows, lengths = RuleChain(rules, ops=NumPyOps), NumPyOps.row(read, int), np.array([len(read)])
        memory = chain.start(rows, lengths, vocabulary_size)
        while True:
            # Rows that only pad the matrix to a round size are not words.
            allowed = logits[:vocabulary_size]
            if rules:
                history = History(
                    prompt_ids=rows,
                    lengths=lengths,
                    new_ids=np.array([written], np.int32),
                    step=len(written),
                    ops=NumPyOps,
                    stop_ids=NumPyOps.row(sorted({*stops.ids}), int),
                    finished=np.array([False]),
                )
                allowed = chain.apply(allowed[np.newaxis], history, memory)[0]
            cut = chain.cut if rules else None
            token = next_token(allowed, step=len(written), seed=seed, options=options, cut=cut)
            if token in stops.ids:
                return
            if rules:
                memory = chain.advance(memory, np.array([token]))
            written.append(token)
            yield token, logits
            if len(written) >= room:
                return
            logits = steps.step(token)

    def _log_probability(self, logits: np.ndarray, token: int) -> float:
        scratch = getattr(self._scratch, "array", None)
        if scratch is None or scratch.shape != logits.shape:
            scratch = self._scratch.array = np.empty_like(logits)
        highest = logits.max()
        np.subtract(logits, highest, out=scratch)
        np.exp(scratch, out=scratch)
        return float(logits[token] - highest - np.log(scratch.sum()))
