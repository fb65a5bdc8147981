"""A group that imports only the requested command."""

from collections.abc import Mapping
from typing import Any, ClassVar

from typer.core import TyperGroup

from .lazy_command import LazyCommand


class LazyGroup(TyperGroup):
    """A group of commands, given by the names of their functions; groups within it come after them.

    Attributes:
        functions: Command -> its function, in the module of that name; help shows them in this order.
    """

    functions: ClassVar[Mapping[str, str]]

    def __init__(self, **attributes: Any):
        super().__init__(**attributes)
        own = {name: LazyCommand(name, function) for name, function in self.functions.items()}
        self.commands = {**own, **self.commands}
