"""The choice of a tokenizer by name. Importing this loads no TensorFlow."""

import sys
from pathlib import Path

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError

KINDS = ("word", "char", "character", "byte", "wordpiece", "bpe", "unigram")
"""The tokenizer kinds of this package; packages from outside may add others."""

_TRAINERS = f"{__package__}.vocabularies.train_tokenizer"


def names_a_place(tokenizer: str) -> bool:
    """Whether the name is that of a folder or a file, rather than a kind.

    Example:
        >>> [names_a_place(name) for name in ("word", "bert/vocab.txt", "spiece.model")]
        [False, True, True]
    """
    path = Path(tokenizer)
    return path.is_dir() or (tokenizer not in KINDS and (path.exists() or path.name != tokenizer or bool(path.suffix)))


def check_kind(kind: str) -> None:
    """Refuses an unknown kind, without loading TensorFlow if the kind is built in or no package adds others.

    Raises:
        UserError: the kind is unknown; the nearest known ones are named.

    Example:
        >>> check_kind("wordpiece")
    """
    from ..zoo.registry import named_models  # whose configurations take their time to import

    if kind in KINDS or kind in _outside():
        return
    named_models()  # loads the packages from outside, which may register kinds as well as models
    if kind not in _outside():
        raise UserError(unknown_name_message("tokenizer kind", kind, {*KINDS, *_outside()}))


def _outside() -> dict[str, object]:
    # If a kind has been registered, the module that it is registered with has been loaded.
    loaded = sys.modules.get(_TRAINERS)
    return loaded.TOKENIZER_TRAINERS if loaded is not None else {}
