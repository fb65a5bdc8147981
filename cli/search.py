"""langzoo search."""

import itertools
from pathlib import Path
from typing import Annotated, Any

import typer

from ..layers.plain.errors import UserError
from .console import output, plain_table, print_json
from .index import encoder_reference
from .options import HeadOption, JsonLinesOption, PromptNameOption, TrustOption
from .printable_text import printable_text
from .text_arguments import texts_to_read

SHOWN_CHARACTERS = 200
QUERIES = 32  # per batch


def search(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="[MODEL]",
            help="The text encoder of the index; none for an index made --with bm25.",
            show_default=False,
        ),
    ] = None,
    *,
    index: Annotated[Path, typer.Option(help="Folder of an index made by langzoo index.", show_default=False)],
    query: Annotated[list[str], typer.Option(help="A query; may be given several times.", show_default=False)] = [],  # noqa: B006
    file: Annotated[
        Path | None,
        typer.Option(help="A text file, each line a query; - is standard input.", show_default=False),
    ] = None,
    top: Annotated[int, typer.Option(min=1, max=10_000, help="The number of documents to show per query.")] = 10,
    prompt_name: PromptNameOption = None,
    head: HeadOption = None,
    trust: TrustOption = False,
    as_json: JsonLinesOption = False,
) -> None:
    """Find the documents of an index that match a query best."""
    from ..layers.plain.search.search_index import SearchIndex

    reference = None if model is None else encoder_reference(model, head)
    queries = texts_to_read(query, file, option="--query")
    held = SearchIndex(index)
    of_words = held.manifest.ranking == "bm25"
    if of_words and (reference is not None or prompt_name is not None):
        raise UserError(f"--index {index} is by words (bm25): leave the model and --prompt-name out")
    if not of_words and reference is None:
        raise UserError(f"--index {index} is by the vectors of {held.manifest.model}: name that model")
    embed: Any = list
    if reference is not None:
        if reference.digest() != held.manifest.digest:
            raise UserError(
                f"--index {index} was made with another model than {model}, or with other weights of it "
                f"({held.manifest.model}): search with that one, or build the index again"
            )
        loaded = reference.open(trust=trust)
        embed = lambda texts: loaded.embed(texts, prompt_name=prompt_name)  # noqa: E731
    while some := list(itertools.islice(queries, QUERIES)):
        for text, found in zip(some, held.search(embed(some), most=top), strict=True):
            if as_json:
                results = [{"rank": rank, "score": score, **each} for rank, (each, score) in enumerate(found, start=1)]
                print_json({"query": text, "results": results})
            else:
                _print(text, found)


def _print(text: str, found: list[tuple[dict[str, Any], float]]) -> None:
    console = output()
    console.print(printable_text(text), style="bold", soft_wrap=True)
    if not found:
        console.print("no document contains any of its words")
    table = plain_table()
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("where", overflow="fold", min_width=12)
    table.add_column("text", overflow="fold", ratio=1)
    for document, score in found:
        shown = document["text"][:SHOWN_CHARACTERS] + ("..." if len(document["text"]) > SHOWN_CHARACTERS else "")
        where = document["id"] if "id" in document else f"{document.get('file', '')}:{document.get('line', '')}"
        table.add_row(f"{score:.4f}", printable_text(str(where)), printable_text(" ".join(shown.split())))
    if found:
        console.print(table)
    console.print()
