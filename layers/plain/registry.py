"""Things of one kind by name: tasks, objectives, decoders and the like, ours and those of other packages."""

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

_MAX_REASON = 300  # characters of somebody else's message
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")  # of a model, also a folder of saved_models/
_REGISTRIES: list["Registry"] = []

Value = TypeVar("Value")
Decorated = TypeVar("Decorated", bound=Callable[..., Any])


@dataclass(frozen=True)
class _Entry(Generic[Value]):
    """One registered thing.

    Attributes:
        name: how it is asked for.
        value: what was registered.
        description: the first line of its docstring.
        documentation: the whole docstring.
        source: the class or function that it comes from.
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
        """Where it was defined, for messages; looked up when it is asked for, since that takes reading the file."""
        return place_of(self.source)


class Registry(Generic[Value]):
    """What is registered of one kind.

    Nothing is imported before the first look-up. Then the modules of `own_package` are, all of them, so that no table
    lists them; and, when a name is not among theirs or all names are asked for, every entry point of the group
    `langzoo.<kind>`. A value of the group is a module, which registers when it is imported, or `module:function`, which
    is called without arguments. A broken package stands in nobody's way: what it registered, of any kind, is left out,
    and whoever asks for all names, or for one that is not there, reads its name and why it failed.

    Args:
        kind: what one of them is called, in the singular: `"decoder"`.
        own_package: full name of the package whose modules register ours, or of a module that imports those that do;
            no other package can take their names.
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
        """Decorator of a class or function: gives it a name.

        Args:
            name: lower-case letters, digits, `_`, `.` and `-`.

        Raises:
            ValueError: a bad name, no docstring, or a taken name (both places are named).
        """
        if not isinstance(name, str):
            raise ValueError(f"a {self.kind} is registered with its name, a string in brackets, not {name!r}")

        def decorate(value: Decorated) -> Decorated:
            self.add(name, value, source=value)  # type: ignore[arg-type]
            return value

        return decorate

    def add(self, name: str, value: Value, *, source: Callable[..., Any]) -> None:
        """Gives a value a name.

        Args:
            name: lower-case letters, digits, `_`, `.` and `-`.
            value: what a look-up finds.
            source: the class or function that it comes from, with the docstring.

        Raises:
            ValueError: as of `register`.
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
            self._load_own()  # ours come first, so that the one who is told of a taken name is the one who took it
        earlier = self._entries.get(name)
        if earlier is not None and _without_line(earlier.place) != _without_line(place_of(source)):
            raise ValueError(
                f"the name {name!r} of a {self.kind} is taken by {earlier.place}; second: {place_of(source)}"
            )
        description = documentation.partition("\n")[0]
        self._entries[name] = _Entry(name, value, description, documentation, source, module)

    def __getitem__(self, name: str) -> Value:
        """What has that name.

        Raises:
            UserError: nothing has, with the nearest names, and with the packages that fail to load.
        """
        return self.entry(name).value

    def entry(self, name: str) -> _Entry[Value]:
        """What has that name, with its description; errors as of `[]`."""
        found = self.find(name)
        if found is None:
            message = unknown_name_message(self.kind, name, self._entries, hint=self._hint)
            raise UserError("; ".join([message, *self._failures]))
        return found

    def find(self, name: str) -> _Entry[Value] | None:
        """What has that name, or None; a broken package from outside is no matter."""
        self._load_own()
        if name not in self._entries:
            self._load_outside()
        return self._entries.get(name)

    def own(self) -> dict[str, Value]:
        """What is registered so far, other packages' entry points not looked at."""
        self._load_own()
        return {name: entry.value for name, entry in self._entries.items()}

    def entries(self) -> list[_Entry[Value]]:
        """All of them, by name, with a `PluginWarning` for every package that fails."""
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
        """A line for every package from outside that failed so far."""
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
            except Exception as error:  # somebody else's code can fail in any way, and must be named whatever it is
                for registry, entries in before:
                    registry._entries = entries
                self._failures.append(self._failure(entry_point, error))

    def _check_new(self, before) -> None:
        """Raises where what a package brought cannot be used; a kind overrides `check`."""
        for registry, entries in before:
            for name in registry._entries.keys() - entries.keys():
                registry.check(registry._entries[name].value)

    def check(self, value: Value) -> None:
        """Raises where a value from outside cannot be used; here: nothing is looked at."""

    def _failure(self, entry_point: importlib.metadata.EntryPoint, error: Exception) -> str:
        package = entry_point.dist.name if entry_point.dist else entry_point.value
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:_MAX_REASON]
        return (
            f"the package {package!r} fails to load what it brings to langzoo ({self.group}: {entry_point.value}: "
            f"{reason}); mend or uninstall it"
        )


def unknown_groups(kinds: Iterator[str] | list[str]) -> list[str]:
    """A line for every entry-point group of another package that begins like ours but names no kind.

    Args:
        kinds: the kinds that there are.
    """
    known = [GROUP_PREFIX + kind for kind in kinds]
    found = []
    for package, entry_point in outside_entry_points():
        if entry_point.group not in known:
            message = unknown_name_message("entry-point group", entry_point.group, known)
            found.append(f"the package {package!r} brings nothing to langzoo with {entry_point.value!r}: {message}")
    return found


def outside_entry_points() -> list[tuple[str, importlib.metadata.EntryPoint]]:
    """The entry points of other packages whose groups begin like ours, with the package's name."""
    return [
        (distribution.name, entry_point)
        for distribution in importlib.metadata.distributions()
        for entry_point in distribution.entry_points
        if entry_point.group.startswith(GROUP_PREFIX)
    ]


def place_of(source: Callable[..., Any]) -> str:
    """Where a class or function was defined: `module.name (file:line)`."""
    try:
        # Not `getsourcelines`: it reads on to the end of the block, which took half the time of `langzoo --help`.
        file, line = inspect.getsourcefile(source), inspect.findsource(inspect.unwrap(source))[1] + 1
    except (OSError, TypeError):
        file, line = None, 0
    where = f" ({file}:{line})" if file else ""
    return f"{source.__module__}.{getattr(source, '__qualname__', source)}{where}"


def _without_line(place: str) -> str:
    """The same function of the same file: its module was loaded again, or a notebook's cell was run twice."""
    return place.rpartition(":")[0] or place
