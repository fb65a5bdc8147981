"""Packages whose names are found on first use, so that importing one does not import TensorFlow."""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any


class _LazyPackage(ModuleType):
    """A package that imports the module of a public name when the name is first asked for (PEP 562)."""

    _home_of: Mapping[str, str]

    def __getattr__(self, name: str) -> Any:
        if name not in self._home_of:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        value = getattr(import_module(self._home_of[name], self.__name__), name)
        setattr(self, name, value)  # the next access does not come here
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        # Loading `as_text.py` would put the module under this name, where the function belongs.
        if not (isinstance(value, ModuleType) and name in self._home_of):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*self.__all__, *(name for name in vars(self) if name.startswith("__"))})


def lazy_names(package: str, homes: Mapping[str, Sequence[str]]) -> None:
    """Gives a package public names whose modules are imported on first use; sets its `__all__`.

    Args:
        package: its `__name__`.
        homes: module, relative to the package -> the public names that it holds. A name may be that of its module.

    Example:
        >>> import langzoo.layers
        >>> langzoo.layers.text.load_tokenizer.__name__
        'load_tokenizer'
    """
    module = sys.modules[package]
    home_of = {name: home for home, names in homes.items() for name in names}
    vars(module).update(_home_of=home_of, __all__=sorted(home_of))
    module.__class__ = _LazyPackage
