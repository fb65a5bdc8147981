"""Models that were exported, without what they were made with.

Of langzoo `ExportedModel` needs only `layers.errors`; `LiteModel` and `serving.text`, which run without TensorFlow,
also those modules of `layers.text` that say without it what a tokenizer's files hold and what a word is.

Whether a folder holds one is answered at once. The two classes are found on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from .export_folder import is_export

if TYPE_CHECKING:
    from .exported_model import ExportedModel
    from .lite_model import LiteModel

__all__ = ["ExportedModel", "LiteModel", "is_export"]

_HOMES = {"ExportedModel": ".exported_model", "LiteModel": ".lite_model"}


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name], __name__), name)
    globals()[name] = value  # the next access does not come here
    return value


def __dir__():
    return sorted({*globals(), *__all__})
