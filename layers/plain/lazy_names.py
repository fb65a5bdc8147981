"""Packages whose names are found on first use, so that importing one does not import TensorFlow."""

import ast
import importlib
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from importlib.abc import InspectLoader


class _LazyPackage(ModuleType):
    """A package that imports the module of a public name when the name is first used (PEP 562)."""

    _home_of: Mapping[str, str]

    def __getattr__(self, name: str) -> Any:
        if name not in self._home_of:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(self._home_of[name], self.__name__), name)
        setattr(self, name, value)  # later accesses do not come here
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        # Loading `as_text.py` would put the module under this name, where the function belongs.
        if not (isinstance(value, ModuleType) and name in self._home_of):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*self.__all__, *(name for name in vars(self) if name.startswith("__"))})


def lazy_names(package: str) -> None:
    """Makes the imports under `if TYPE_CHECKING:` of a package its public names, found on first use; sets `__all__`.

    They are written once: type checkers read them as imports, and this reads them from the package's source.

    Args:
        package: its `__name__`.

    Raises:
        ImportError: the source is missing.

    Example:
        >>> import langzoo.layers
        >>> langzoo.layers.text.load_tokenizer.__name__
        'load_tokenizer'
    """
    module = sys.modules[package]
    home_of = _declared(module)
    vars(module).update(_home_of=home_of, __all__=sorted(home_of))
    module.__class__ = _LazyPackage


def _declared(module: ModuleType) -> dict[str, str]:
    """Returns public name -> its module, relative to the package, of every import under `if TYPE_CHECKING:`."""
    loader = cast("InspectLoader", module.__spec__ and module.__spec__.loader)
    source = loader.get_source(module.__name__)
    if source is None:
        raise ImportError(f"{module.__name__}: the source that lists the package's names is missing")
    blocks = [node for node in ast.parse(source).body if isinstance(node, ast.If)]
    imports = [each for block in blocks for each in block.body if isinstance(each, ast.ImportFrom)]
    return {alias.name: "." * each.level + (each.module or "") for each in imports for alias in each.names}
