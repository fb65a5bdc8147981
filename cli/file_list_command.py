"""Options that take several files."""

from typing import Any

import typer
from typer.core import TyperCommand

FILE_LIST_OPTIONS = ("--data", "--valid", "--columns", "--reader-option", "--metric")
GIVEN_ARGUMENTS = "langzoo.arguments"
"""The key under which the context keeps the arguments as they were given."""


class FileListCommand(TyperCommand):
    """A command in which `--data`, `--columns` and similar options take all values that follow, such as `*.txt`.

    typer has options that may be repeated, but none that take any number of values, so
    `--data a.txt b.txt` is read as `--data a.txt --data b.txt`. MODEL must therefore come before them, or after `--`.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Repeats the option before each of its values, then parses the arguments as typer does."""
        ctx.meta[GIVEN_ARGUMENTS] = list(args)
        takes_files = {name for param in self.params for name in param.opts if name in FILE_LIST_OPTIONS}
        try:
            return super().parse_args(ctx, repeat_option(args, takes_files))
        except typer.BadParameter as error:
            followed = takes_files.intersection(args)
            if type(error).__name__ == "MissingParameter" and error.param and error.param.name == "model" and followed:
                raise typer.BadParameter(
                    f"it must come before {min(followed)}, which takes every name that follows",
                    ctx=ctx,
                    param=error.param,
                ) from None
            raise


def repeat_option(args: list[str], options: set[str]) -> list[str]:
    """Returns the arguments with the option repeated before each of its values.

    Example:
        >>> repeat_option(["model", "--data", "a", "b", "--json"], {"--data"})
        ['model', '--data', 'a', '--data', 'b', '--json']
    """
    repeated: list[str] = []
    current, values = "", 0
    for index, arg in enumerate(args):
        if arg == "--":
            return repeated + args[index:]
        name = arg.partition("=")[0]
        if name in options:
            current, values = name, int("=" in arg)
        elif arg.startswith("-") and arg != "-":
            current = ""
        elif current:
            if values:
                repeated.append(current)
            values += 1
        repeated.append(arg)
    return repeated
