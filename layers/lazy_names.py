"""Packages whose names are found on first use, so that importing one does not import TensorFlow."""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any


def lazy_names(
    package: str, homes: Mapping[str, Sequence[str]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The module functions `__getattr__` and `__dir__` of a package (PEP 562).

    Args:
        package: its `__name__`.
        homes: module, relative to the package -> the public names that it holds.

    Example:
        >>> find, names = lazy_names("langzoo.layers", {".errors": ("UserError",)})
        >>> find("UserError").__name__
        'UserError'
    """
    home_of = {name: home for home, names in homes.items() for name in names}

    def find(name: str) -> Any:
        if name not in home_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(home_of[name], package), name)
        setattr(sys.modules[package], name, value)  # the next access does not come here
        return value

    return find, lambda: sorted({*vars(sys.modules[package]), *home_of})
