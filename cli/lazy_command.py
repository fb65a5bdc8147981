"""A command whose function is imported when the command is parsed."""

import functools
import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand

from .file_list_command import FileListCommand


class LazyCommand(TyperCommand):
    """What a group knows of a command before it is imported: its name and its help.

    A line is parsed by the true command, which typer makes of the function.

    Args:
        name: of the command.
        function: of the function, and of the module of this package that it lies in.

    Example:
        >>> LazyCommand("list", "list_models").help.partition(" ")[0]
        'List'
    """

    def __init__(self, name: str, function: str):
        super().__init__(name)
        self._function = function
        del self.help  # the attribute of the base, which hides the property below

    @functools.cached_property
    def help(self) -> str:
        """The function's docstring, from the source: to import all commands takes longer than the rest of `--help`."""
        source = Path(__file__).with_name(f"{self._function}.py").read_text(encoding="utf-8")
        found = re.search(rf'^def {self._function}\(.*?^    """(.*?)"""', source, flags=re.MULTILINE | re.DOTALL)
        assert found is not None  # as of every function of this house
        return inspect.cleandoc(found[1])

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of the true command, imported now."""
        module = importlib.import_module(f".{self._function}", __package__)
        app = typer.Typer(add_completion=False)
        app.command(self.name, cls=FileListCommand)(getattr(module, self._function))
        return typer.main.get_command(app).make_context(info_name, args, parent, **extra)
