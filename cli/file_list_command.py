"""Options that take several files."""

from typing import Any

import typer
from typer.core import TyperCommand

FILE_LIST_OPTIONS = ("--data", "--valid", "--columns", "--reader-option", "--metric")
GIVEN_ARGUMENTS = "langzoo.arguments"
"""Under which the context keeps the arguments as they were given."""


class FileListCommand(TyperCommand):
    """A command in which `--data`, `--columns` and the like take all that follows, as a shell's `*.txt` writes it.

    typer knows options that are given several times, but none that take several values, so
    `--data a.txt b.txt` is read as `--data a.txt --data b.txt`. MODEL therefore stands before them, or after `--`.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Repeats the option before each of its values; then as typer does."""
        ctx.meta[GIVEN_ARGUMENTS] = list(args)
        takes_files = {name for param in self.params for name in param.opts if name in FILE_LIST_OPTIONS}
        try:
            return super().parse_args(ctx, repeat_option(args, takes_files))
        except typer.BadParameter as error:
            followed = takes_files.intersection(args)
            if type(error).__name__ == "MissingParameter" and error.param and error.param.name == "model" and followed:
                raise typer.BadParameter(
                    f"it must stand before {min(followed)}, which takes every name that follows",
                    ctx=ctx,
                    param=error.param,
                ) from None
            raise


def repeat_option(args: list[str], options: set[str]) -> list[str]:
    """Arguments in which each of the values that follow one of the options has the option before it.

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
