"""langzoo neighbours."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError
from .console import output, print_json, progress_bar, share_bar
from .evaluation_tables import figures_table
from .model_reference import ModelReference
from .options import JsonOption, RunArgument
from .printable_text import printable_text
from .quiet_tensorflow import quiet_tensorflow
from .text_arguments import check_unicode, split_lines

MOST_TEXTS = 100_000


def neighbours(
    model: RunArgument,
    words: Annotated[list[str], typer.Argument(metavar="WORD...", help="Words; texts if --among is given.")],
    count: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="The number of neighbours of each.")] = 10,
    among: Annotated[
        list[Path],
        typer.Option(
            metavar="FILES...",
            help="Text files: find the lines whose vectors are nearest to those of the texts, by the mean of a layer.",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    layer: Annotated[
        str | None,
        typer.Option(help='With --among: e.g. "embeddings" or "block 1"; by default the last.', show_default=False),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show the words, or the lines of a file, that are most similar to a model, by the cosine of their vectors."""
    reference = ModelReference.parse(model)
    reference = reference.of_task(next(iter(reference.heads()), None))  # all heads have one body
    for word in words:
        if not check_unicode("WORD", word).strip():
            raise UserError("WORD is empty: give one")
    if layer is not None and not among:
        raise UserError("--layer is for texts: add --among FILES, or leave it out")
    lines = _lines(among) if among else []
    quiet_tensorflow()
    from ..zoo.nearest_words import nearest_words

    loaded = reference.load_run()
    found = _nearest_texts(loaded, words, lines, count, layer) if among else nearest_words(loaded, words, count=count)
    if as_json:
        print_json({"model": model, "results": found})
        return
    for each in found:
        _print(each)


def _lines(files: list[Path]) -> list[str]:
    """Returns the distinct lines of text files that are not blank."""
    from ..trainers.data import check_text_files, read_text

    found: dict[str, None] = {}
    for line in split_lines(read_text(check_text_files(files))):
        if line.strip():
            found[line] = None
        if len(found) > MOST_TEXTS:
            raise UserError(
                f"--among has over {MOST_TEXTS:,} lines: langzoo index and langzoo search are for so many, with a "
                "text_encoder"
            )
    return [*found]


def _nearest_texts(model: Any, texts: list[str], lines: list[str], count: int, layer: str | None) -> list[dict]:
    from ..zoo.nearest_words import best_places, cosines_of
    from ..zoo.read_layers import read_layers

    known = list(read_layers(model, texts[:1]))
    if layer is not None and layer not in known:
        raise UserError(f"--layer: {unknown_name_message('layer', layer, known)}")
    name = layer or known[-1]
    with progress_bar("texts read", total=len(lines) + len(texts)) as progress:
        vectors = read_layers(model, [*texts, *lines], only=name, progress=progress)[name]
    found = []
    for text, vector in zip(texts, vectors, strict=False):
        cosines = cosines_of(vector, vectors[len(texts) :])
        best = [place for place in best_places(cosines, count + 1) if lines[place] != text][:count]
        neighbours = [{"text": lines[place], "cosine": float(cosines[place])} for place in best]
        found.append({"text": text, "layer": name, "neighbours": neighbours})
    return found


def _print(found: dict[str, Any]) -> None:
    console, of_words = output(), "word" in found
    console.print(printable_text(found["word" if of_words else "text"]), style="bold", soft_wrap=True)
    if of_words and len(found["tokens"]) > 1:
        console.print(f"the mean of {printable_text(', '.join(found['tokens']))}", soft_wrap=True)
    table = figures_table("token" if of_words else "line", "cosine", "")
    for each in found["neighbours"]:
        name = printable_text(each["token" if of_words else "text"])
        table.add_row(name, f"{each['cosine']:.4f}", share_bar(max(each["cosine"], 0.0)))
    console.print(table)
    console.print()
