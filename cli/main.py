"""The command `langzoo`. Importing this does not load TensorFlow."""

import os
import sys
from typing import Annotated, ClassVar

import typer

from .command_group import CommandGroup
from .failure import WRONG_REQUEST, say
from .lazy_group import LazyGroup


class _Commands(CommandGroup):
    """All commands and their functions; each function is in a module of its name, which is imported to run it."""

    functions: ClassVar = {
        "quickstart": "quickstart",
        "list": "list_models",
        "describe": "describe",
        "train": "train",
        "evaluate": "evaluate",
        "compare": "compare",
        "score": "score",
        "generate": "generate",
        "sample": "sample",
        "interpolate": "interpolate",
        "fill": "fill",
        "predict": "predict",
        "baseline": "baseline",
        "probe": "probe",
        "cluster": "cluster",
        "index": "index",
        "search": "search",
        "attention": "attention",
        "neighbours": "neighbours",
        "import": "import_model",
        "export": "export",
    }


class _TokenizerCommands(LazyGroup):
    functions: ClassVar = {"train": "train_tokenizer", "show": "show_tokens"}


app = typer.Typer(
    cls=_Commands,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
tokenizer = typer.Typer(cls=_TokenizerCommands, help="Train a tokenizer, or show how one splits text.")

app.add_typer(tokenizer, name="tokenizer")


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Language models on TensorFlow and Keras 3: train and evaluate them, generate text, export them.

    Begin with: langzoo quickstart
    """
    if version:
        import importlib.metadata

        typer.echo(f"langzoo {importlib.metadata.version('langzoo')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), nl=False)


def main() -> None:
    """Runs the command line; the entry point of `langzoo`."""
    if sys.stderr is None:  # closed by the shell: 2>&-
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  for the whole process
    if sys.stdout is None:
        say("standard output is closed: leave it open, or send it to a file")
        sys.exit(WRONG_REQUEST)
    # Reading a configuration uses no plug-ins of pydantic: looking for them would read every package's metadata.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character shows its code; the command does not fail.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    app()
