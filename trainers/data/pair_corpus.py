"""Pairs of a source and a target as token ids on disk."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...layers.plain.errors import UserError
from ...layers.text import Tokenizer
from .array_cache import cached_arrays
from .text_files import CHUNK_CHARACTERS, check_text_files, read_text

Progress = Callable[[int], None]
SIDES = ("source", "target")
PAIRS_A_PIECE = 4096


@dataclass(frozen=True)
class PairCorpus:
    """Token ids of sources and targets, one pair a line of the files, the two parted by a tab.

    Attributes:
        sources, targets: int32, memory-mapped: all texts of a side, one behind the other, without special tokens.
        source_starts, target_starts: int64 (N + 1,): text i is `sources[source_starts[i]:source_starts[i + 1]]`.
        end_id: ends sources and targets.
        num_bytes: of the targets in UTF-8.
        num_unknown: tokens of the targets that the vocabulary does not have.
        key: digest of the files' content and of the tokenizer; "" for pairs that come from no file.
    """

    sources: np.ndarray
    source_starts: np.ndarray
    targets: np.ndarray
    target_starts: np.ndarray
    end_id: int
    num_bytes: int
    num_unknown: int
    key: str = ""

    @classmethod
    def from_files(
        cls,
        paths: Sequence[Path | str],
        tokenizer: Tokenizer,
        *,
        cache: Path | str,
        progress: Progress | None = None,
    ) -> "PairCorpus":
        """Tokenizes the files, or finds them tokenized in `cache`, where the key is their content and the tokenizer's.

        Args:
            paths: text files, plain or gzip: lines of a source, a tab and a target. Empty lines are passed over, and
                so are further columns.
            tokenizer: of the model that is to read them.
            cache: folder for the result.
            progress: called with the number of characters done after each piece.

        Raises:
            UserError: a file that is missing, empty or not text, or a line that is no pair.
        """
        files = check_text_files(paths)
        key, arrays, counts = cached_arrays(
            files,
            tokenizer,
            kind="pairs",
            cache=cache,
            dtypes={f"{side}s": np.int32 for side in SIDES} | {f"{side}_starts": np.int64 for side in SIDES},
            write=lambda folder: _write(files, tokenizer, folder, progress),
        )
        return cls(
            **arrays,
            num_bytes=counts["num_bytes"],
            num_unknown=counts["num_unknown"],
            end_id=tokenizer.end_id,
            key=key,
        )

    def __len__(self) -> int:
        """Target tokens, end tokens included."""
        return len(self.targets) + self.num_pairs

    @property
    def num_pairs(self) -> int:
        """Pairs, N."""
        return len(self.target_starts) - 1

    def pair(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Source and target of a pair, without special tokens."""
        (a, b), (c, d) = self.source_starts[index : index + 2], self.target_starts[index : index + 2]
        return self.sources[a:b], self.targets[c:d]


def read_pairs(path: Path) -> Iterator[tuple[str, str]]:
    """The pairs of a file; what stands behind a second tab is left out.

    Raises:
        UserError: a line without a tab, with an empty side, or of more than a million characters, by its number.
    """
    rest, number = "", 0
    for piece in itertools.chain(read_text([path]), ["\n"]):
        *lines, rest = (rest + piece).split("\n")
        for line in lines:
            number += 1
            sides = line.rstrip("\r").split("\t")[:2]  # Tatoeba's third column names the authors.
            if len(sides) == 1 and not sides[0].strip():
                continue
            if len(sides) == 1 or not all(side.strip() for side in sides):
                raise UserError(f"{path}: line {number} is no pair: it must be a source, a tab and a target")
            yield sides[0], sides[1]
        if len(rest) > CHUNK_CHARACTERS:
            raise UserError(f"{path}: line {number + 1} has over {CHUNK_CHARACTERS:,} characters, which is no pair")


def _write(files: list[Path], tokenizer: Tokenizer, folder: Path, progress: Progress | None) -> dict[str, int]:
    pieces: dict[str, list[np.ndarray]] = {side: [] for side in SIDES}
    lengths: dict[str, list[np.ndarray]] = {side: [] for side in SIDES}
    num_bytes = done = 0
    pairs = itertools.chain.from_iterable(map(read_pairs, files))
    while piece := list(itertools.islice(pairs, PAIRS_A_PIECE)):
        for side, texts in zip(SIDES, zip(*piece, strict=True), strict=True):
            ragged = tokenizer.tokenize(list(texts))
            pieces[side].append(ragged.flat_values.numpy().astype(np.int32))
            lengths[side].append(ragged.row_lengths().numpy())
        num_bytes += sum(len(target.encode()) for _, target in piece)
        done += sum(len(source) + len(target) for source, target in piece)
        if progress:
            progress(done)
    if not pieces["target"]:
        raise UserError(f"{', '.join(map(str, files))}: no pair in it")
    arrays = {}
    for side in SIDES:
        arrays[f"{side}s"] = np.concatenate(pieces[side])
        arrays[f"{side}_starts"] = np.append(0, np.cumsum(np.concatenate(lengths[side]), dtype=np.int64))
    unknown = 0 if tokenizer.unknown_id is None else int((arrays["targets"] == tokenizer.unknown_id).sum())
    for name, array in arrays.items():
        (folder / name).write_bytes(array.tobytes())
    return {"num_bytes": num_bytes, "num_unknown": unknown}
