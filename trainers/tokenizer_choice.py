"""The tokenizer that is asked for by name. Importing this loads no TensorFlow."""

import sys
from pathlib import Path

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError

KINDS = ("word", "char", "character", "byte", "wordpiece", "bpe", "unigram")
"""What `train_tokenizer` knows of this package; one from outside may add to them."""

_TRAINERS = f"{__package__}.vocabularies.train_tokenizer"


def names_a_place(tokenizer: str) -> bool:
    """Whether a folder or a file is meant, rather than a kind.

    Example:
        >>> [names_a_place(name) for name in ("word", "bert/vocab.txt", "spiece.model")]
        [False, True, True]
    """
    path = Path(tokenizer)
    return path.is_dir() or (tokenizer not in KINDS and (path.exists() or path.name != tokenizer or bool(path.suffix)))


def check_kind(kind: str) -> None:
    """Refuses a kind that nobody knows, without loading TensorFlow if it is one of ours or no package brings others.

    Raises:
        UserError: unknown; the nearest known ones are named.

    Example:
        >>> check_kind("wordpiece")
    """
    from ..zoo.registry import named_models  # whose configurations take their time to import

    if kind in KINDS or kind in _outside():
        return
    named_models()  # loads the packages from outside, which may bring a kind as well as models
    if kind not in _outside():
        raise UserError(unknown_name_message("tokenizer kind", kind, {*KINDS, *_outside()}))


def _outside() -> dict[str, object]:
    # Whoever has registered a kind has loaded the module that it is registered with.
    loaded = sys.modules.get(_TRAINERS)
    return loaded.TOKENIZER_TRAINERS if loaded is not None else {}
