"""A LiteRT file with the methods of a live model, without TensorFlow."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..layers.plain.errors import UserError
from ..layers.plain.generation_options import checked_limits, checked_results, ranked_results
from ..layers.plain.logit_rules.history import History
from ..layers.plain.logit_rules.rule_chain import RuleChain
from ..layers.plain.logit_rules.suppress_tokens import SuppressTokens
from ..layers.plain.numpy_ops import NumPyOps
from ..layers.plain.text_batch import text_batch
from ..layers.plain.token_book import TokenBook
from .decoding_options import decoding_options
from .lite_base import LiteBase
from .lite_steps import LiteSteps
from .next_token import next_token


class LiteModel(LiteBase):
    """Opens a `.tflite` file of `langzoo export --format litert` with plain LiteRT and reads and writes text with it.

    Nothing of it imports TensorFlow. The cache stays where the interpreter reads it.

    Args:
        path: the file.
        num_threads: that it computes with; as many as there are processors when None, four at most.

    Attributes:
        manifest: what the file says of itself: name, task, signatures, tokenizer, what was measured and more.
        tokens: the printable name of every token id.
        tokenizer: a `PlainTokenizer`.

    Raises:
        UserError: no such file, one of someone else, damaged or altered; or of a task that writes no text.

    Example:
        >>> model = LiteModel("saved_models/my_model/litert/1/my_model.int8.tflite")  # doctest: +SKIP
        >>> model.generate(["the cat"], max_tokens=3)  # doctest: +SKIP
        [{'text': ' sat on the', 'tokens': ['sat', 'on', 'the'], 'log_probabilities': [-1.2, -0.3, -0.4]}]
    """

    signature = "decode"
    others = "writes no text: open it with LiteEncoder"

    def __init__(self, path: Path | str, *, num_threads: int | None = None):
        super().__init__(path, num_threads=num_threads)
        self._steps = LiteSteps(self.path, self.manifest, num_threads=self.num_threads)
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
        self._scratch = np.zeros(0, np.float32)  # (V,); memory that is asked for anew at every token takes its time

    @property
    def context(self) -> int | None:
        """Tokens that the file reads of one text, start token included; None where there is no bound."""
        return self.manifest.get("context")

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
        **options: float | None,
    ) -> list[Any]:
        """Continues each prompt, one after the other; an encoder-decoder answers it.

        Args:
            prompts: list of strings; "" starts a text.
            max_tokens: new tokens at most, up to 1,000,000; a text that fills the file's context ends there.
            decoder: "greedy" or "sampling", or "temperature", "top_k" and "top_p", which are sampling; None for the one
                that has the options, greedy without any. Beam search is not part of an export.
            stop: list of strings, each one token, that end a text; the tokenizer's own when None.
            suppress: list of strings, each one token, that are never written.
            seed: for decoders that draw, of 32 bits; the same seed gives the text that it gives live.
            num_results: texts for each prompt, drawn with the seeds `seed`, `seed` + 1 and so on. None is one, not in a
                list.
            **options: `temperature` (at least 0; 0 is greedy), `top_k` (0 keeps all), `top_p` (1 keeps all), and those
                of logit rules: `repetition_penalty`, `no_repeat_ngram_size`. None is the default.

        Returns:
            A list, one entry per prompt: `text` (what follows the prompt's last character; an encoder-decoder's
            answer), `tokens` (strings), `log_probabilities`. With `num_results`, each entry is a list of so many, best
            first, each with its `score`, the sum of its log-probabilities.

        Raises:
            UserError: a prompt is not Unicode or too long, or an option is unknown or out of range.
            ValueError: prompts, stop or suppress is one string, or not strings; or the decoder is no name.
        """
        texts = text_batch(prompts, "prompts")
        chosen, rules = decoding_options(decoder, options)
        stop, suppress = checked_limits(max_tokens=max_tokens, seed=seed, stop=stop, suppress=suppress)
        count = checked_results(num_results, seed, "sampling", chosen)
        stops, suppressed = self._stop_ids(stop), self._suppress_ids(suppress)
        if suppressed:
            size = self.manifest["tokenizer"]["vocabulary_size"]
            rules = (SuppressTokens.of(suppressed, size=size, ops=NumPyOps), *rules)
        rules = [rule.bound(self._book) for rule in rules]
        encoded = [self._checked(text) for text in texts]
        limits = {"max_tokens": max_tokens, "stops": stops, "rules": rules, "options": chosen}
        found = [
            self._write(text, ids, seed=each, **limits)
            for text, ids in zip(texts, encoded, strict=True)
            for each in range(seed, seed + count)
        ]
        return found if num_results is None else ranked_results(found, count)

    def score(self, texts: Iterable[str], targets: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """The log-probability of every token of each text; of an encoder-decoder, of each target given its source.

        Args:
            texts: list of strings; an encoder-decoder's sources.
            targets: list of as many strings, for an encoder-decoder; None for other models.

        Returns:
            A list, one entry per text: `tokens` (strings) and `log_probabilities` (floats, natural logarithm); their
            sum is the text's own. An empty text has no tokens; a target has its end token last. Where the model reads
            no start token, the first token of a text has nothing before it and is left out.

        Raises:
            UserError: targets where there must be none, or none where there must be some; or a text is not Unicode, or
                too long.
            ValueError: texts or targets is one string, or not strings, or there are not as many.
        """
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
        """-log p of each target, given the tokens up to its place and nothing before them; float32 (B, T).

        Args:
            token_ids, targets: int (B, T); T is at most the file's context.
            lengths: (B,), how many of each row count; the others are not read and have 0.
        """
        losses = np.zeros(targets.shape, np.float32)
        for row, length in enumerate(lengths):
            self._steps.start()
            for place in range(length):
                logits = self._steps.step(int(token_ids[row, place]))
                losses[row, place] = -self._log_probability(logits, int(targets[row, place]))
        return losses

    def _scored_text(self, text: bytes) -> dict[str, Any]:
        first, *ids = self._encoded(text)
        return self._scored(ids, after=[first])

    def _scored(self, ids: list[int], *, after: list[int]) -> dict[str, Any]:
        self._check_length(len(ids), self.context)
        log_probabilities = []
        logits = self._started(after)
        for i, token in enumerate(ids):
            log_probabilities.append(self._log_probability(logits, token))
            if i + 1 < len(ids):
                logits = self._steps.step(token)
        return {"tokens": [self.tokens[token] for token in ids], "log_probabilities": log_probabilities}

    @property
    def _answers(self) -> bool:
        """Whether the model answers a text instead of going on with it."""
        return self.task == "seq2seq_lm"

    def _checked(self, prompt: bytes) -> list[int]:
        """What is read first, if it is not too long."""
        ids = self._encoded(prompt)
        self._check_length(len(ids), self._steps.longest_source if self._answers else self.context)
        return ids

    def _encoded(self, prompt: bytes) -> list[int]:
        """What is read first: a source and its end token, or a prompt, after a start token if the model reads one."""
        described = self.manifest["tokenizer"]
        ids = self.tokenizer.encode_bytes(prompt)
        if self._answers:
            return [*ids, described["end_id"]]
        starts = described.get("add_start", True) or not ids  # something must be read
        return [described["start_id"], *ids] if starts else ids

    def _check_length(self, count: int, longest: int | None) -> None:
        if longest is not None and count > longest:
            extra = "end" if self._answers else "start"
            raise UserError(
                f"a text is longer than this file reads, {longest} tokens with the {extra} token: shorten it"
            )

    def _started(self, ids: list[int]) -> np.ndarray:
        """The logits of the first new token, after what `_encoded` gave."""
        self._steps.start()
        if not self._answers:
            return self._steps.prefill(ids)
        self._steps.encode(ids)
        return self._steps.step(self.manifest["start_id"])

    def _write(self, prompt, ids, *, max_tokens, stops, rules, seed, options) -> dict[str, Any]:
        """One text; the loop of `zoo.decoding.decode`."""
        logits = self._started(ids)
        read = [self.manifest["start_id"]] if self._answers else ids
        room = max_tokens if self.context is None else min(max_tokens, self.context - len(read) + 1)
        written: list[int] = []
        log_probabilities: list[float] = []
        vocabulary_size = self.manifest["tokenizer"]["vocabulary_size"]
        chain, rows, lengths = RuleChain(rules, ops=NumPyOps), NumPyOps.row(read, int), np.array([len(read)])
        memory = chain.start(rows, lengths, vocabulary_size)
        while True:
            # Rows of the matrix that only round its size up are no words.
            allowed = logits[:vocabulary_size]
            if rules:
                new = np.array([written], np.int32)
                history = History(
                    prompt_ids=rows,
                    lengths=lengths,
                    new_ids=new,
                    step=len(written),
                    ops=NumPyOps,
                    stop_ids=NumPyOps.row(sorted(stops), int),
                    finished=np.array([False]),
                )
                allowed = chain.apply(allowed[np.newaxis], history, memory)[0]
            cut = chain.cut if rules else None
            token = next_token(allowed, step=len(written), seed=seed, options=options, cut=cut)
            if token in stops:
                break
            if rules:
                memory = chain.advance(memory, np.array([token]))
            written.append(token)
            log_probabilities.append(self._log_probability(logits, token))
            if len(written) >= room:
                break
            logits = self._steps.step(token)
        return {
            "text": self.tokenizer.decode(written).decode("utf-8", errors="replace")
            if self._answers
            else self.tokenizer.continuation(prompt, ids, written),
            "tokens": [self.tokens[token] for token in written],
            "log_probabilities": log_probabilities,
        }

    def _log_probability(self, logits: np.ndarray, token: int) -> float:
        if self._scratch.shape != logits.shape:
            self._scratch = np.empty_like(logits)
        highest = logits.max()
        np.subtract(logits, highest, out=self._scratch)
        np.exp(self._scratch, out=self._scratch)
        return float(logits[token] - highest - np.log(self._scratch.sum()))

    def _stop_ids(self, stop: Sequence[str] | None) -> set[int]:
        described: Mapping[str, Any] = self.manifest["tokenizer"]
        if stop is None:
            return set(described["stop_ids"])
        return {self._single_token("stop", text) for text in stop}

    def _suppress_ids(self, suppress: Sequence[str]) -> list[int]:
        ids = [self._single_token("suppress", text) for text in suppress]
        if len(set(ids)) == len(self.tokens):
            raise UserError("suppress holds every token of the model: leave it one to write")
        return ids

    def _single_token(self, what: str, text: str) -> int:
        end = self.manifest["tokenizer"]["end_id"]
        if text in ("", self.tokens[end]):
            return end
        encoded = self.tokenizer.encode(text)
        if len(encoded) != 1:
            raise UserError(f"{what} {text!r} is {len(encoded)} tokens for this model; it must be one")
        unknown = self.manifest["tokenizer"].get("unknown_id")
        if encoded[0] == unknown and text != self.tokens[unknown]:
            raise UserError(f"{what} {text!r} is not in the model's vocabulary; it must be")
        return encoded[0]
