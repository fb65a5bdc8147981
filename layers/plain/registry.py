"""Registries of named things: tasks, objectives, decoders and so on, langzoo's own and those of other packages."""

import importlib
import importlib.metadata
import inspect
import pkgutil
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from .did_you_mean import unknown_name_message
from .errors import UserError
from .plugin_warning import PluginWarning

GROUP_PREFIX = "langzoo."

_MAX_REASON = 300  # characters of another package's message
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")  # of a model, also a folder of saved_models/
_REGISTRIES: list["Registry"] = []

Value = TypeVar("Value")
Decorated = TypeVar("Decorated", bound=Callable[..., Any])


@dataclass(frozen=True)
class _Entry(Generic[Value]):
    """One registered thing.

    Attributes:
        name: its name.
        value: the registered object.
        description: the first line of its docstring.
        documentation: the whole docstring.
        source: the class or function that defines it.
        module: the module it was defined in.
    """

    name: str
    value: Value
    description: str
    documentation: str
    source: Callable[..., Any]
    module: str

    @property
    def place(self) -> str:
        """Where it was defined, for messages; computed on demand, since that takes reading the file."""
        return place_of(self.source)


class Registry(Generic[Value]):
    """A registry of named things of one kind.

    Nothing is imported before the first look-up. Then all modules of `own_package` are imported, so that no table has
    to list them; and, if a name is not among theirs or all names are requested, every entry point of the group
    `langzoo.<kind>`. A value of the group is a module, which registers when it is imported, or `module:function`, which
    is called without arguments. A broken package does no harm: all that it registered, of any kind, is left out,
    and a request for all names, or for an unknown name, reports the package and why it failed.

    Args:
        kind: name of the kind, in the singular: `"decoder"`.
        own_package: full name of the package whose modules register langzoo's own, or of a module that imports those
            modules; no other package can take their names.
        folders_only: whether only the packages in it are imported, not its modules.
        hint: a command that lists the names, for messages.

    Example:
        >>> colours = Registry("colour", own_package="langzoo.layers.plain.text")
        >>> @colours.register("red")
        ... class Red:
        ...     '''The colour of blood.'''
        >>> colours["red"].__name__, colours.entry("red").description
        ('Red', 'The colour of blood.')
    """

    def __init__(self, kind: str, *, own_package: str, folders_only: bool = False, hint: str = ""):
        self.kind = kind
        self.group = GROUP_PREFIX + kind
        self._own_package = own_package
        self._folders_only = folders_only
        self._hint = hint
        self._entries: dict[str, _Entry[Value]] = {}
        self._own_state = "not loaded"
        self._outside_loaded = False
        self._failures: list[str] = []
        _REGISTRIES.append(self)

    def register(self, name: str) -> Callable[[Decorated], Decorated]:
        """Decorator that registers a class or function under a name.

        Args:
            name: lower-case letters, digits, `_`, `.` and `-`.

        Raises:
            ValueError: the name is invalid or taken (both places are named), or there is no docstring.
        """
        if not isinstance(name, str):
            raise ValueError(f"a {self.kind} is registered with its name, a string in brackets, not {name!r}")

        def decorate(value: Decorated) -> Decorated:
            self.add(name, value, source=value)  # type: ignore[arg-type]
            return value

        return decorate

    def add(self, name: str, value: Value, *, source: Callable[..., Any]) -> None:
        """Registers a value under a name.

        Args:
            name: lower-case letters, digits, `_`, `.` and `-`.
            value: the result of a look-up.
            source: the class or function that defines it, with the docstring.

        Raises:
            ValueError: as for `register`.
        """
        if not _NAME.fullmatch(name):
            raise ValueError(
                f"the name of a {self.kind} must be of a-z, 0-9, '_', '.' and '-', not {name!r} ({place_of(source)})"
            )
        documentation = (inspect.getdoc(source) or "").strip() if source.__doc__ else ""
        if not documentation:
            raise ValueError(
                f"the {self.kind} {name} needs a docstring; its first line describes it ({place_of(source)})"
            )
        module = source.__module__
        if not self._is_own(module):
            self._load_own()  # langzoo's own first, so that a taken name is reported to the package that took it
        earlier = self._entries.get(name)
        if earlier is not None and _without_line(earlier.place) != _without_line(place_of(source)):
            raise ValueError(
                f"the name {name!r} of a {self.kind} is taken by {earlier.place}; second: {place_of(source)}"
            )
        description = documentation.partition("\n")[0]
        self._entries[name] = _Entry(name, value, description, documentation, source, module)

    def __getitem__(self, name: str) -> Value:
        """Returns the value of a name.

        Raises:
            UserError: the name is unknown; the message has similar names, and packages that fail to load.
        """
        return self.entry(name).value

    def entry(self, name: str) -> _Entry[Value]:
        """Returns the entry of a name, with its description; raises the same errors as `[]`."""
        found = self.find(name)
        if found is None:
            message = unknown_name_message(self.kind, name, self._entries, hint=self._hint)
            raise UserError("; ".join([message, *self._failures]))
        return found

    def find(self, name: str) -> _Entry[Value] | None:
        """Returns the entry of a name, or None; broken packages are ignored."""
        self._load_own()
        if name not in self._entries:
            self._load_outside()
        return self._entries.get(name)

    def own(self) -> dict[str, Value]:
        """Returns what is registered so far, without loading other packages' entry points."""
        self._load_own()
        return {name: entry.value for name, entry in self._entries.items()}

    def entries(self) -> list[_Entry[Value]]:
        """Returns all entries, by name, with a `PluginWarning` for every package that fails."""
        self._load_own()
        self._load_outside()
        for failure in self._failures:
            warnings.warn(PluginWarning(failure), stacklevel=2)
        return [self._entries[name] for name in sorted(self._entries)]

    def __iter__(self) -> Iterator[str]:
        return iter([entry.name for entry in self.entries()])

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.find(name) is not None

    @property
    def failures(self) -> list[str]:
        """Returns a line for every package that has failed so far."""
        return list(self._failures)

    def _is_own(self, module: str) -> bool:
        return module == self._own_package or module.startswith(self._own_package + ".")

    def _load_own(self) -> None:
        if self._own_state != "not loaded":
            return
        self._own_state = "loading"  # the modules below may look names up while they are loaded
        try:
            package = importlib.import_module(self._own_package)
            for module in pkgutil.iter_modules(getattr(package, "__path__", [])):
                if module.ispkg or not self._folders_only:
                    importlib.import_module(f"{self._own_package}.{module.name}")
        except BaseException:
            self._own_state = "not loaded"
            raise
        self._own_state = "loaded"

    def _load_outside(self) -> None:
        if self._outside_loaded:
            return
        self._outside_loaded = True  # at once: a package may look names up while it is loaded
        for entry_point in importlib.metadata.entry_points(group=self.group):
            before = [(registry, dict(registry._entries)) for registry in _REGISTRIES]
            try:
                loaded = entry_point.load()
                if inspect.isroutine(loaded):
                    loaded()
                self._check_new(before)
            except Exception as error:  # other packages' code can fail in any way, and must always be reported
                for registry, entries in before:
                    registry._entries = entries
                self._failures.append(self._failure(entry_point, error))

    def _check_new(self, before) -> None:
        """Raises an error if a package registered something unusable; a kind overrides `check`."""
        for registry, entries in before:
            for name in registry._entries.keys() - entries.keys():
                registry.check(registry._entries[name].value)

    def check(self, value: Value) -> None:
        """Raises an error if a value of another package cannot be used; by default nothing is checked."""

    def _failure(self, entry_point: importlib.metadata.EntryPoint, error: Exception) -> str:
        package = entry_point.dist.name if entry_point.dist else entry_point.value
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:_MAX_REASON]
        return (
            f"the package {package!r} fails to load what it brings to langzoo ({self.group}: {entry_point.value}: "
            f"{reason}); mend or uninstall it"
        )


def unknown_groups(kinds: Iterator[str] | list[str]) -> list[str]:
    """Returns a line for every entry-point group of another package that begins with `langzoo.` but names no kind.

    Args:
        kinds: the existing kinds.
    """
    known = [GROUP_PREFIX + kind for kind in kinds]
    found = []
    for package, entry_point in outside_entry_points():
        if entry_point.group not in known:
            message = unknown_name_message("entry-point group", entry_point.group, known)
            found.append(f"the package {package!r} brings nothing to langzoo with {entry_point.value!r}: {message}")
    return found


def outside_entry_points() -> list[tuple[str, importlib.metadata.EntryPoint]]:
    """Returns the entry points of other packages whose groups begin with `langzoo.`, with the package's name."""
    return [
        (distribution.name, entry_point)
        for distribution in importlib.metadata.distributions()
        for entry_point in distribution.entry_points
        if entry_point.group.startswith(GROUP_PREFIX)
    ]


def place_of(source: Callable[..., Any]) -> str:
    """Returns where a class or function was defined: `module.name (file:line)`."""
    try:
        # Not `getsourcelines`: it reads to the end of the block, which took half the time of `langzoo --help`.
        file, line = inspect.getsourcefile(source), inspect.findsource(inspect.unwrap(source))[1] + 1
    except (OSError, TypeError):
        file, line = None, 0
    where = f" ({file}:{line})" if file else ""
    return f"{source.__module__}.{getattr(source, '__qualname__', source)}{where}"


def _without_line(place: str) -> str:
    """Removes the line, so that a reloaded module or a notebook cell that is run twice counts as the same place."""
    return place.rpartition(":")[0] or place
