"""The group of all commands, with their exit codes and messages."""

import sys
from collections.abc import Sequence
from typing import Any

import typer

from ..layers.plain.errors import UserError
from .failure import INTERRUPTED, report_failure, say
from .lazy_group import LazyGroup

# Depending on its version, typer brings its own copy of click or uses click itself; either way, this is the base class
# of the exceptions that are raised for a line that cannot be parsed.
_UsageError: Any = typer.BadParameter.__base__


class CommandGroup(LazyGroup):
    """A group of commands with langzoo's exit codes: 0, 1 (the work failed) or 2 (the request was wrong).

    A mistake in the command line, in a file or in a name is reported in one line on standard error; see
    `report_failure`. Control-C ends the command with one line and exit code 130.
    """

    def invoke(self, ctx: Any) -> Any:
        """Runs the command and handles Control-C itself, since some versions of typer print a message of their own."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            say("interrupted")
            raise typer.Exit(INTERRUPTED) from None

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Parses the arguments and runs the command; raises `SystemExit` unless standalone_mode is False."""
        prog_name = "langzoo"  # also for `python -m langzoo.cli`
        if not standalone_mode:
            return super().main(args, prog_name, standalone_mode=False, **extra)
        try:
            _check_arguments(sys.argv[1:] if args is None else args)
            code = super().main(args, prog_name, standalone_mode=False, **extra)
        except _UsageError as error:
            command = error.ctx.command_path if error.ctx else prog_name
            say(f"{error.format_message().rstrip('.')} (see {command} --help)")
            code = error.exit_code
        except typer.Abort:
            code = INTERRUPTED
        except Exception as error:  # reported to the user in any case, a defect with its traceback
            code = report_failure(error)
        sys.exit(code or 0)


def _check_arguments(args: Sequence[str]) -> None:
    """Rejects arguments that are not text before they are taken for paths: a shell passes on any bytes.

    Raises:
        UserError: An argument is not UTF-8, or contains half of a surrogate pair.
    """
    for arg in args:
        try:
            arg.encode()
        except UnicodeEncodeError:
            raise UserError(f"the argument {arg!r} is not UTF-8: rename the file, or write the text in UTF-8") from None
