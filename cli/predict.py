"""langzoo predict."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from ..layers.plain.errors import UserError
from .console import output, print_json, progress_bar, share_bar
from .model_reference import ModelReference
from .options import JsonLinesOption, ModelArgument, TextOption, TrustOption
from .printable_text import printable_text
from .text_arguments import pairs_to_read
from .text_batches import text_batches

SHOWN_NUMBERS = 6  # of a vector, for people


def predict(
    model: ModelArgument,
    text: TextOption = [],  # noqa: B006
    pair: Annotated[
        list[str], typer.Option(help="The second text of a pair, one for each --text.", show_default=False)
    ] = [],  # noqa: B006
    file: Annotated[
        Path | None,
        typer.Option(
            help="A text file, each line a text, or two with a tab between them; - is standard input.",
            show_default=False,
        ),
    ] = None,
    prompt_name: Annotated[
        str | None,
        typer.Option(help="Of a text encoder's prompts, the one to put before each text.", show_default=False),
    ] = None,
    trust: TrustOption = False,
    as_json: JsonLinesOption = False,
) -> None:
    """Classify or rank texts, turn them into vectors, or find replaced words, as the model does."""
    reference = ModelReference.parse(model).need_command("predict")
    pairs = pairs_to_read(text, pair, file, option="--pair")
    task = reference.task()
    if prompt_name is not None and task not in (None, "text_encoder"):
        raise UserError(f"{model} is a {task} model, which has no prompts: leave --prompt-name out")
    options = {} if prompt_name is None else {"prompt_name": prompt_name}
    loaded = reference.open(trust=trust)
    done = 0
    with progress_bar("texts read", total=None if file else len(text) or None, beside_results=True) as progress:
        for batch in _batches(pairs):
            for result in _predict(loaded, batch, options):
                if as_json:
                    print_json(result)
                else:
                    _print(result)
            done += len(batch)
            progress(done)


def _batches(pairs: Iterator[tuple[str, str | None]]) -> Iterator[list[tuple[str, ...]]]:
    """In their order, single texts and pairs apart."""
    for _, alike in itertools.groupby(pairs, key=lambda texts: texts[1] is None):
        yield from text_batches(tuple(text for text in texts if text is not None) for texts in alike)


def _predict(model: Any, batch: list[tuple[str, ...]], options: dict[str, Any]) -> list[dict[str, Any]]:
    """The answer to each text or pair, `text` and `pair` included."""
    named = [dict(zip(("text", "pair"), texts, strict=False)) for texts in batch]
    sides = [list(side) for side in zip(*batch, strict=True)]
    return [{**texts, **answer} for texts, answer in zip(named, model.answer(*sides, **options), strict=True)]


def _print(result: dict[str, Any]) -> None:
    """Any answer, by the kinds of its values."""
    console = output()
    for name, value in result.items():
        if name in ("text", "pair"):
            console.print(printable_text(value), style="bold", soft_wrap=True)
        elif name == "label":
            continue  # the first of the probabilities
        elif name == "labels":
            continue  # below the probabilities
        elif isinstance(value, dict):
            console.print(_shares("label", value.items()) if name == "probabilities" else _scores(value.items()))
        elif name == "tokens":
            console.print(_shares("token", [(each["token"], each["probability"]) for each in value]))
        elif isinstance(value, float):
            console.print(f"{printable_text(name)} {value:.4f}")
        elif isinstance(value, list) and value and all(isinstance(each, float) for each in value):
            console.print(_shortened(value), soft_wrap=True)
        else:
            console.print(f"{printable_text(name)} {printable_text(str(value))}", soft_wrap=True)
    if "labels" in result:
        shown = ", ".join(map(printable_text, result["labels"])) or "none"
        console.print(f"labels of 0.5 or more: {shown}", soft_wrap=True)
    console.print()


def _shares(name, shares, *, header="p") -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(name, overflow="fold", min_width=12)
    table.add_column(header, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for each, share in shares:
        table.add_row(printable_text(each), f"{share:.4f}", share_bar(share))
    return table


def _scores(scores) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("label", overflow="fold", min_width=12)
    table.add_column("score", justify="right", no_wrap=True)
    for label, score in scores:
        table.add_row(printable_text(label), f"{score:.4f}")
    return table


def _shortened(vector: list[float]) -> str:
    numbers = " ".join(f"{value:.4f}" for value in vector[:SHOWN_NUMBERS])
    more = " ..." if len(vector) > SHOWN_NUMBERS else ""
    return f"{len(vector)} numbers: {numbers}{more}"
