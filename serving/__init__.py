"""Models that were exported, without what they were made with: of langzoo only `layers.errors` is needed.

Whether a folder holds one is answered at once. `ExportedModel`, which needs TensorFlow, is found on first use.
"""

from typing import TYPE_CHECKING

from .export_folder import is_export

if TYPE_CHECKING:
    from .exported_model import ExportedModel

__all__ = ["ExportedModel", "is_export"]


def __getattr__(name: str):
    if name != "ExportedModel":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .exported_model import ExportedModel

    globals()[name] = ExportedModel  # the next access does not come here
    return ExportedModel


def __dir__():
    return sorted({*globals(), *__all__})
