"""langzoo attention."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..layers.plain.errors import UserError
from .console import messages, output, plain_table, print_json, share_bar
from .model_reference import ModelReference
from .options import HeadOption, JsonOption, RunArgument
from .picture_file import picture_format, write_picture
from .printable_text import printable_text
from .quiet_tensorflow import quiet_tensorflow
from .text_arguments import check_unicode

if TYPE_CHECKING:
    from ..zoo.attention_reading import AttentionReading

SHOWN_CHARACTERS = 12  # at most, of those that no font has


def attention(
    model: RunArgument,
    text: Annotated[str, typer.Option(help="The text to read.", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="File for the plot (.png, .svg or .pdf); optional.", show_default=False),
    ] = None,
    layer: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="One layer, from 1; all by default.", show_default=False)
    ] = None,
    head: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="One head, from 1; all by default.", show_default=False)
    ] = None,
    pair: Annotated[
        str | None,
        typer.Option(
            help="The second text of a pair; for a sequence-to-sequence model the target, which the model generates by "
            "default.",
            show_default=False,
        ),
    ] = None,
    task: HeadOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plot the attention between words, and show for each word the one it attends to most."""
    reference = ModelReference.parse(model).of_task(task)
    check_unicode("--text", text)
    check_unicode("--pair", pair or "")
    format = picture_format(out)
    quiet_tensorflow()
    from ..zoo.read_attention import read_attention

    loaded = reference.load_run()
    reading = read_attention(loaded, text, pair=pair)
    try:
        reading.check(layer=layer, head=head)
    except UserError as error:
        raise UserError(f"--{error}") from None
    if out is not None:
        _write(reading, out, layer=layer, head=head, title=_title(loaded.name, layer, head), format=format)
    summary = _summary(reading, layer, head)
    if as_json:
        written = None if out is None else str(out)
        print_json({"model": model, "text": text, "pair": pair, "out": written, "kind": reading.kind, **summary})
    else:
        _print(reading, summary, out)


def _write(reading: "AttentionReading", out: Path, *, layer, head, title: str, format: str) -> None:
    from ..zoo.attention_map import draw_attention, missing_characters

    if missing := missing_characters(reading):
        more = "..." if len(missing) > SHOWN_CHARACTERS else ""
        messages().print(
            f"langzoo: no font on this machine has {printable_text(missing[:SHOWN_CHARACTERS])}{more}, drawn as boxes: "
            "install one that has them, e.g. Noto Sans CJK (on Debian: fonts-noto-cjk)"
        )
    write_picture(out, draw_attention(reading, layer=layer, head=head, title=title, format=format))


def _title(name: str, layer: int | None, head: int | None) -> str:
    parts = [f"{what} {number}" for what, number in (("layer", layer), ("head", head)) if number is not None]
    return ", ".join([f"Attention of {name}", *parts])


def _summary(reading: "AttentionReading", layer: int | None, head: int | None) -> dict[str, Any]:
    weights = reading.mean(layer=layer, head=head)
    most = reading.looks_most_at(layer=layer, head=head)
    return {
        "layers": reading.num_layers,
        "heads": reading.num_heads,
        "layer": layer,
        "head": head,
        "words": reading.words,
        "looked_at": reading.looked_at,
        "looks_most_at": [
            {"word": word, "place": int(place), "looks_at": reading.looked_at[place], "share": float(row[place])}
            for word, place, row in zip(reading.words, most, weights, strict=True)
        ],
    }


def _print(reading: "AttentionReading", summary: dict[str, Any], out: Path | None) -> None:
    table = plain_table()
    table.add_column("word", overflow="fold")
    table.add_column("looks most at", overflow="fold")
    table.add_column("share", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for each in summary["looks_most_at"]:
        looks_at = f"{printable_text(each['looks_at'])} ({each['place'] + 1})"
        table.add_row(printable_text(each["word"]), looks_at, f"{each['share']:.3f}", share_bar(each["share"]))
    console = output()
    console.print(table)
    layer = f"layer {summary['layer']}" if summary["layer"] else f"mean of {reading.num_layers} layers"
    head = f"head {summary['head']}" if summary["head"] else f"mean of {reading.num_heads} heads"
    console.print(f"\n{layer}, {head}; special tokens are not counted as words")
    if out is not None:
        console.print(f"drawn: {printable_text(str(out))}", soft_wrap=True)
