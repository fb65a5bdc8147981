"""langzoo score."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from .console import output, print_json, printable_text, progress_bar
from .model_reference import ModelReference
from .options import JsonOption, ModelArgument
from .quiet_tensorflow import quiet_tensorflow
from .text_arguments import texts_to_read

BATCH_BYTES = 16_384  # of text scored together, padding included: bounds the memory that the probabilities take


def score(
    model: ModelArgument,
    text: Annotated[list[str], typer.Option(help="A text; may be given several times.", show_default=False)] = [],  # noqa: B006
    file: Annotated[
        Path | None, typer.Option(help="A text file, each line a text; - is standard input.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show how probable each token of a text is."""
    reference = ModelReference.parse(model)
    quiet_tensorflow()
    texts = texts_to_read(text, file)
    loaded = reference.open()
    scored = []
    with progress_bar("texts scored", total=len(texts)) as progress:
        for batch in _batches(texts):
            scored += loaded.score(batch)
            progress(len(scored))
    results = [_summed(text, entry) for text, entry in zip(texts, scored, strict=True)]
    if as_json:
        print_json(results)
        return
    for result in results:
        _print(result)


def _batches(texts: list[str]) -> Iterator[list[str]]:
    batch, longest = [], 0
    for text in texts:
        longest = max(longest, len(text.encode()))
        if batch and longest * (len(batch) + 1) > BATCH_BYTES:
            yield batch
            batch, longest = [], len(text.encode())
        batch.append(text)
    if batch:
        yield batch


def _summed(text: str, entry: dict[str, Any]) -> dict[str, Any]:
    total, count = math.fsum(entry["log_probabilities"]), len(entry["tokens"])
    return {
        "text": text,
        "tokens": entry["tokens"],
        "log_probabilities": entry["log_probabilities"],
        "log_probability": total,
        "perplexity": _perplexity(-total / count) if count else None,
    }


def _perplexity(loss: float) -> float:
    try:
        return math.exp(loss)
    except OverflowError:
        return math.inf


def _print(result: dict[str, Any]) -> None:
    console = output()
    console.print(printable_text(result["text"]), style="bold", soft_wrap=True)
    if result["perplexity"] is None:
        console.print("no tokens\n")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("token", overflow="fold")
    table.add_column("log p", justify="right", no_wrap=True)
    table.add_column("p", justify="right", no_wrap=True)
    for token, log_probability in zip(result["tokens"], result["log_probabilities"], strict=True):
        table.add_row(printable_text(token), f"{log_probability:.4f}", f"{math.exp(log_probability):.3g}")
    console.print(table)
    console.print(
        f"sum of log p {result['log_probability']:.4f}, perplexity {result['perplexity']:,.4f}, "
        f"{len(result['tokens']):,} tokens\n"
    )
