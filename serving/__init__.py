"""Models that were exported, without what they were made with.

`LiteModel`, `LiteEncoder` and `serving.text` run without TensorFlow, and need of langzoo only modules of `layers` that
do; among them those modules of `layers.text` that say without it what a tokenizer's files hold and what a word is.

Whether a folder holds one is answered at once. The classes are found on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from .export_folder import is_export

if TYPE_CHECKING:
    from .exported_model import ExportedModel
    from .lite_encoder import LiteEncoder
    from .lite_model import LiteModel
    from .open_lite_file import open_lite_file

__all__ = ["ExportedModel", "LiteEncoder", "LiteModel", "is_export", "open_lite_file"]

_HOMES = {
    "ExportedModel": ".exported_model",
    "LiteEncoder": ".lite_encoder",
    "LiteModel": ".lite_model",
    "open_lite_file": ".open_lite_file",
}


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name], __name__), name)
    globals()[name] = value  # the next access does not come here
    return value


def __dir__():
    return sorted({*globals(), *__all__})
