"""The error for a text without a mask token. Needs no TensorFlow."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..layers.plain.errors import UserError


def missing_mask(text: bytes, manifest: Mapping[str, Any], tokens: Sequence[str]) -> UserError:
    """The error for a text without a mask token among the tokens that a model reads.

    Args:
        text: UTF-8.
        manifest: of the export.
        tokens: the printable name of every token id.
    """
    mask = manifest["tokenizer"].get("mask_id")
    name = "mask token" if mask is None else tokens[mask]
    quoted = text.decode(errors="replace")[:60]
    return UserError(f"{quoted!r} has no {name} where the model reads: write one for a word to guess")
