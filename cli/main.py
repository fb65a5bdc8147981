"""The command `langzoo`. Importing this loads no TensorFlow."""

import os
import sys
from typing import Annotated

import typer

from .attention import attention
from .baseline import baseline
from .cluster import cluster
from .command_group import CommandGroup
from .compare import compare
from .describe import describe
from .evaluate import evaluate
from .export import export
from .failure import WRONG_REQUEST, say
from .file_list_command import FileListCommand
from .fill import fill
from .generate import generate
from .import_model import import_model
from .index import index
from .interpolate import interpolate
from .list_models import list_models
from .neighbours import neighbours
from .predict import predict
from .probe import probe
from .quickstart import quickstart
from .sample import sample
from .score import score
from .search import search
from .show_tokens import show_tokens
from .train import train
from .train_tokenizer import train_tokenizer

app = typer.Typer(
    cls=CommandGroup,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
tokenizer = typer.Typer(help="Train a tokenizer, or show how one splits text.")

app.command("quickstart", cls=FileListCommand)(quickstart)
app.command("list", cls=FileListCommand)(list_models)
app.command("describe", cls=FileListCommand)(describe)
app.add_typer(tokenizer, name="tokenizer")
tokenizer.command("train", cls=FileListCommand)(train_tokenizer)
tokenizer.command("show", cls=FileListCommand)(show_tokens)
app.command("train", cls=FileListCommand)(train)
app.command("evaluate", cls=FileListCommand)(evaluate)
app.command("compare", cls=FileListCommand)(compare)
app.command("score", cls=FileListCommand)(score)
app.command("generate", cls=FileListCommand)(generate)
app.command("sample", cls=FileListCommand)(sample)
app.command("interpolate", cls=FileListCommand)(interpolate)
app.command("fill", cls=FileListCommand)(fill)
app.command("predict", cls=FileListCommand)(predict)
app.command("baseline", cls=FileListCommand)(baseline)
app.command("probe", cls=FileListCommand)(probe)
app.command("cluster", cls=FileListCommand)(cluster)
app.command("index", cls=FileListCommand)(index)
app.command("search", cls=FileListCommand)(search)
app.command("attention", cls=FileListCommand)(attention)
app.command("neighbours", cls=FileListCommand)(neighbours)
app.command("import", cls=FileListCommand)(import_model)
app.command("export", cls=FileListCommand)(export)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
) -> None:
    """Language models on TensorFlow and Keras 3: train them, measure them, generate text, export them.

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
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character shows its code, instead of the command failing.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    app()
