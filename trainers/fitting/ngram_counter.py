"""Counts of n-grams of all orders, in bounded memory."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...layers.plain.errors import UserError
from ...layers.probabilistic import NgramCounts, NgramTrie
from ...zoo.staging import staged_folder
from ..data import TokenCorpus
from ..data.array_cache import mapped_array
from ..data.ragged import release
from .sorted_runs import SortedRuns

CHUNK_TOKENS = 1 << 20
KEYS, COUNTS, PLACES = "keys", "counts", "places"
BYTES_PER_NGRAM = 96
"""Bytes per n-gram while its probability is estimated: its places, counts and probabilities, and their copies."""


@dataclass(frozen=True)
class NgramCounter:
    """Counts the n-grams of a corpus order by order; each order is a folder of files that a later attempt can reuse.

    History does not extend over the end of a text, as in KenLM and SRILM: the start token precedes the next one.
    An n-gram is encoded as the place of its context among the n-grams one shorter, times the vocabulary size, plus its
    word: a number of 8 bytes. They are counted in `SortedRuns`, and the place of every token's n-gram is stored for the
    next order.

    Attributes:
        corpus: the text.
        vocabulary_size: V.
        start_id, end_id: token ids of the tokenizer.
        by_lines: whether each line is a text of its own.
        memory: bytes for all data in memory at once, except for the text itself, which is memory-mapped.
    """

    corpus: TokenCorpus
    vocabulary_size: int
    start_id: int
    end_id: int
    by_lines: bool
    memory: int

    def count(self, order: int, *, folder: Path, progress: Callable[[int], None] = lambda order: None) -> NgramCounts:
        """Counts the n-grams of all orders up to one; their arrays are memory-mapped files.

        Args:
            order: n.
            folder: where the files are, in a folder of their own for each text.
            progress: called with each order when its counting begins.

        Raises:
            UserError: no text of the corpus is long enough for the order; or there are more n-grams than fit into
                memory.
        """
        counts = [self._words()]
        contexts, words = [], []
        for each in range(2, order + 1):
            progress(each)
            place = self._folder(folder) / f"order-{each}"
            if not place.is_dir():
                with staged_folder(place) as staging:
                    self._count(each, staging, folder, len(counts[-1]))
            keys = mapped_array(place / KEYS, np.int64)
            if not len(keys):
                raise UserError(
                    f"order {order} is larger than the text: no line or text has {each - 1} tokens or more; use "
                    f"--set model.order={each - 1} or less"
                )
            contexts.append((keys // self.vocabulary_size).astype(np.int32))
            words.append((keys % self.vocabulary_size).astype(np.int32))
            counts.append(mapped_array(place / COUNTS, np.int64))
            release(keys)
            held = BYTES_PER_NGRAM * sum(map(len, counts))
            if held > self.memory:
                raise UserError(
                    f"the text has {sum(map(len, counts)):,} n-grams up to order {each}, whose model takes about "
                    f"{held / 1e6:,.0f} MB, more than memory ({self.memory / 1e6:,.0f} MB): give --memory more, lower "
                    "model.order, or take a smaller vocabulary"
                )
        return NgramCounts(NgramTrie(self.vocabulary_size, contexts, words), counts, self.start_id)

    def remove(self, folder: Path) -> None:
        """Removes what `count` wrote into that folder."""
        shutil.rmtree(self._folder(folder), ignore_errors=True)

    def windows(self, order: int) -> Iterator[np.ndarray]:
        """Yields every word with its preceding words, integers (M, order), in chunks: -1 where its text has none."""
        kept = max(order - 2, 0)
        before, begins = np.full(kept, -1), np.full(kept, True)
        for more, targets, more_begins, _ in self._chunks():
            before, begins = np.concatenate([before, more]), np.concatenate([begins, more_begins])
            columns, there = [targets], np.full(len(targets), True)
            for back in range(order - 1):
                here = slice(kept - back, kept - back + len(targets))
                columns.append(np.where(there, before[here], -1))
                there = there & ~begins[here]
            yield np.stack(columns[::-1], axis=1)
            before, begins = before[len(before) - kept :], begins[len(begins) - kept :]

    def _folder(self, folder: Path) -> Path:
        facts = [self.corpus.key, len(self.corpus), self.vocabulary_size, self.start_id, self.end_id, self.by_lines]
        return folder / f"ngrams-{hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]}"

    def _words(self) -> np.ndarray:
        """Counts of each word, int64 (V,)."""
        counts = np.zeros(self.vocabulary_size, np.int64)
        for _, targets, _, _ in self._chunks():
            counts += np.bincount(targets, minlength=self.vocabulary_size)
        return counts

    def _chunks(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, int]]:
        """Yields previous words, words, whether a text begins with each, and the place of the first."""
        corpus, size = self.corpus, max(min(CHUNK_TOKENS, self.memory // 256), 1)
        starts = corpus.line_starts if self.by_lines else np.zeros(1, np.int64)
        for start in range(0, len(corpus), size):
            stop = min(start + size, len(corpus))
            before = np.array(corpus.before(start, stop))
            begins = (before == self.end_id) | (before == self.start_id)
            here = starts[np.searchsorted(starts, start) : np.searchsorted(starts, stop)]
            begins[here - start] = True
            before[begins] = self.start_id
            yield before, np.asarray(corpus.tokens[start:stop]), begins, start
            release(corpus.tokens)

    def _keys(self, order: int, folder: Path) -> Iterator[np.ndarray]:
        """Yields the n-gram of every token, int64; -1 where its history is too short."""
        places = None if order == 2 else mapped_array(self._folder(folder) / f"order-{order - 1}" / PLACES, np.int32)
        for before, targets, begins, start in self._chunks():
            contexts = before
            if places is not None:
                earlier = places[max(start - 1, 0) : start + len(targets) - 1]
                contexts = np.concatenate([[-1], earlier]) if start == 0 else earlier
                contexts = np.where(begins, -1, contexts)
                release(places)
            yield np.where(contexts < 0, -1, contexts.astype(np.int64) * self.vocabulary_size + targets)

    def _count(self, order: int, staging: Path, folder: Path, num_contexts: int) -> None:
        """Writes the keys and counts of an order, and the place of every token's n-gram."""
        if num_contexts * self.vocabulary_size >= 2**63 or num_contexts >= 2**31:
            raise UserError(f"{num_contexts:,} n-grams of order {order - 1} are more than can be distinguished")
        runs_folder = staging / "runs"
        runs_folder.mkdir()
        runs = SortedRuns(runs_folder, memory=self.memory // 2)
        for keys in self._keys(order, folder):
            runs.add(keys[keys >= 0])
        with open(staging / KEYS, "wb") as key_file, open(staging / COUNTS, "wb") as count_file:
            for keys, counts in runs.merged():
                key_file.write(keys.tobytes())
                count_file.write(counts.tobytes())
        shutil.rmtree(runs_folder)
        found = mapped_array(staging / KEYS, np.int64)
        with open(staging / PLACES, "wb") as file:
            for keys in self._keys(order, folder):
                # Only the distinct ones, and in order, so that the file is read from front to back.
                wanted, back = np.unique(keys, return_inverse=True)
                at = np.where(wanted < 0, -1, np.searchsorted(found, wanted)).astype(np.int32)
                file.write(at[back].tobytes())
                release(found)
