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
    """The name and the help of a command, which a group knows before the command is imported.

    A line is parsed by the actual command, which typer makes of the function.

    Args:
        name: Name of the command.
        function: Name of the function, and of its module in this package.

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
        """The function's docstring, read from the source: importing all commands would slow `--help` down."""
        source = Path(__file__).with_name(f"{self._function}.py").read_text(encoding="utf-8")
        found = re.search(rf'^def {self._function}\(.*?^    """(.*?)"""', source, flags=re.MULTILINE | re.DOTALL)
        assert found is not None  # every command has a docstring
        return inspect.cleandoc(found[1])

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Returns the context of the actual command, which is imported now."""
        module = importlib.import_module(f".{self._function}", __package__)
        app = typer.Typer(add_completion=False)
        app.command(self.name, cls=FileListCommand)(getattr(module, self._function))
        return typer.main.get_command(app).make_context(info_name, args, parent, **extra)
