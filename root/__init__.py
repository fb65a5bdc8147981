"""Language models on TensorFlow and Keras 3: `layers`, `zoo`, `trainers`, `serving` and `cli`.

Subpackages and their contents are imported on first use, so `import langzoo` does not load TensorFlow.

Example:
    >>> import langzoo
    >>> langzoo.zoo.named_model("lstm_tiny").task
    'causal_lm'
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    __version__: str

_STOREYS = ("cli", "layers", "serving", "trainers", "zoo")


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("langzoo")
    if name not in _STOREYS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    return [*_STOREYS, "__version__", *(name for name in globals() if name.startswith("__"))]
