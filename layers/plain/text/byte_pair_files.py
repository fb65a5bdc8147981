"""The files in which byte-level BPE vocabularies are published."""

import re
from pathlib import Path

from ..errors import UserError
from ..read_json import read_json
from .vocabulary import MAX_VOCABULARY_SIZE
from .vocabulary_file import MAX_FILE_BYTES, read_vocabulary

MERGES_FILE = "merges.txt"
"""The name under which `save_assets` writes the merges."""

_FAIRSEQ_FIRST = ("<s>", "<pad>", "</s>", "<unk>")
_FAIRSEQ_LAST = "<mask>"


def read_encoder(path: Path) -> list[str]:
    """Reads GPT-2's `encoder.json` (Hugging Face's `vocab.json`): a JSON object of tokens and their ids.

    Args:
        path: the file.

    Returns:
        The tokens in the order of their ids.

    Raises:
        UserError: the file is missing, too large, not such an object, or the ids are not 0, 1, 2 and so on.
    """
    ids = read_json(path, max_bytes=MAX_FILE_BYTES, mend="name an encoder.json or vocab.json")
    if not ids or len(ids) > MAX_VOCABULARY_SIZE:
        raise UserError(f"{path} must hold a JSON object of tokens and their ids")
    if not all(type(token_id) is int for token_id in ids.values()):
        raise UserError(f"{path}: the id of every token must be an integer")
    tokens = sorted(ids, key=ids.__getitem__)
    for place, token in enumerate(tokens):
        if ids[token] != place:
            raise UserError(f"{path}: the ids must run from 0 to {len(ids) - 1:,}, each once, but {place} is missing")
    return tokens


def read_merges(path: Path) -> list[str]:
    """Reads GPT-2's `vocab.bpe` (Hugging Face's `merges.txt`): a line with the version, then two tokens per line.

    Raises:
        UserError: the file is missing, too large, empty or not UTF-8.
    """
    return merge_lines(read_vocabulary(path, quoted=False))


def merge_lines(lines: list[str]) -> list[str]:
    """Returns the lines of such a file except the one with the version."""
    return lines[1:] if lines[0].startswith("#version") else lines


def read_fairseq_dictionary(path: Path, tokens: list[str], *, vocabulary_size: int | None = None) -> list[str]:
    """Reads the `dict.txt` that maps the tokens of GPT-2 to the ids of RoBERTa.

    Args:
        path: the file: on each line GPT-2's id of a token, or a filler's name, and a count.
        tokens: GPT-2's tokens in the order of its ids.
        vocabulary_size: the number of ids of the model, if there are more fillers in the file than it has (the file
            published with GPT-2's is for 51,201 ids, RoBERTa has 50,265). None keeps all.

    Returns:
        The tokens in the order of RoBERTa's ids: `<s>`, `<pad>`, `</s>`, `<unk>`, those of the file, `<mask>`.

    Raises:
        UserError: the file is missing, is not such a dictionary, or is too short.
    """
    found: list[str] = list(_FAIRSEQ_FIRST)
    for number, line in enumerate(read_vocabulary(path, quoted=False), start=1):
        name, *_ = line.split(" ")
        if re.fullmatch(r"[0-9]{1,9}", name):
            if int(name) >= len(tokens):
                raise UserError(
                    f"{path}, line {number}: GPT-2 has no token {name}; name the dict.txt of this vocabulary"
                )
            name = tokens[int(name)]
        elif not name.startswith("madeupword"):
            raise UserError(f"{path}, line {number}: must begin with the id of a token, not {name[:20]!r}")
        found.append(name)
    if vocabulary_size is not None:
        if not len(_FAIRSEQ_FIRST) < vocabulary_size <= len(found) + 1:
            raise UserError(f"{path} gives {len(found) + 1:,} ids, not {vocabulary_size:,}: name another file or size")
        found = found[: vocabulary_size - 1]
    return [*found, _FAIRSEQ_LAST]
