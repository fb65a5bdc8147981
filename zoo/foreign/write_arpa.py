"""Writing of back-off models as ARPA files."""

import gzip
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...layers.plain.errors import UserError
from ...layers.probabilistic import BackoffModel

if TYPE_CHECKING:
    from ...layers.text import Tokenizer

BLOCK = 1 << 16
START, END, UNKNOWN = "<s>", "</s>", "<unk>"


def write_arpa(path: Path, model: BackoffModel, tokenizer: "Tokenizer") -> None:
    """Writes a model for SRILM, KenLM and others; gzip if the name ends in `.gz`.

    The end token is `</s>`, and at the front of a longer n-gram, where it starts a text, `<s>`.

    Raises:
        UserError: a token is empty or contains white space, so that its end would be ambiguous; or its name is `<s>`,
            `</s>` or `<unk>`, or that of another token.
    """
    trie, words = model.trie, _words(tokenizer)
    shared = tokenizer.start_id == tokenizer.end_id
    with _opened(path) as file:
        sizes = [trie.sizes[0] + shared, *trie.sizes[1:]]
        counts = "".join(f"ngram {order}={size}\n" for order, size in enumerate(sizes, start=1))
        file.write(f"\\data\\\n{counts}".encode())
        for order in range(1, trie.order + 1):
            file.write(f"\n\\{order}-grams:\n".encode())
            logs = model.log_probabilities[order - 1] / math.log(10)
            weights = model.backoffs[order - 1] / math.log(10) if order < trie.order else None
            if order == 1:
                # <s> has a weight and is never predicted; </s> is predicted and has none. Both are one token here,
                # written as the latter, and <s> in a line of its own.
                end, start = tokenizer.end_id, tokenizer.start_id
                logs, weights = np.array(logs), None if weights is None else np.array(weights)
                if shared:
                    file.write(_line(-99.0, START, None if weights is None else float(weights[start])).encode())
                else:
                    logs[start] = -99.0
                if weights is not None:
                    weights[end] = 0.0
            for place in range(0, trie.sizes[order - 1], BLOCK):
                stop = min(place + BLOCK, trie.sizes[order - 1])
                names = _names(model, order, np.arange(place, stop), words)
                here = [None] * (stop - place) if weights is None else weights[place:stop].tolist()
                rows = zip(logs[place:stop].tolist(), names, here, strict=True)
                file.write("".join(_line(*row) for row in rows).encode())
        file.write(b"\n\\end\\\n")


def _opened(path: Path) -> Any:
    return gzip.open(path, "wb", compresslevel=6) if path.name.endswith(".gz") else open(path, "wb")


def _line(log: float, name: str, weight: float | None) -> str:
    return f"{log:.7f}\t{name}\n" if weight is None else f"{log:.7f}\t{name}\t{weight:.7f}\n"


def _names(model: BackoffModel, order: int, places: np.ndarray, words: tuple[np.ndarray, np.ndarray]) -> Iterator[str]:
    """N-grams as they are written."""
    first, others = words
    if order == 1:
        return iter(others[places])
    columns = []
    for depth in range(order, 1, -1):
        columns.append(others[model.trie.words[depth - 2][places]])
        places = model.trie.contexts[depth - 2][places]
    return map(" ".join, zip(first[places], *reversed(columns), strict=True))


def _words(tokenizer: "Tokenizer") -> tuple[np.ndarray, np.ndarray]:
    """The names of words at the front of n-grams, and elsewhere."""
    names = [tokenizer.id_to_token(each) for each in range(tokenizer.vocabulary_size)]
    special = {tokenizer.start_id: START, tokenizer.end_id: END}
    if tokenizer.unknown_id is not None:
        special[tokenizer.unknown_id] = UNKNOWN
    seen = {START, END, UNKNOWN}
    for each, name in enumerate(names):
        if each in special:
            continue
        if not name or len(name.encode("utf-8", "replace").split()) != 1 or name != name.strip():
            raise UserError(f"an ARPA file has no way to write the token {name!r}: train with --tokenizer word")
        if name in seen:
            raise UserError(f"an ARPA file cannot have two words {name!r}: rename one of the tokens")
        seen.add(name)
    others = np.array([special.get(each, name) for each, name in enumerate(names)], object)
    first = others.copy()
    first[[tokenizer.start_id, tokenizer.end_id]] = START
    return first, others
