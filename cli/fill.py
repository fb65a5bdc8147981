"""langzoo fill."""

from pathlib import Path
from typing import Annotated, Any

import typer

from .console import output, plain_table, print_json, progress_bar, share_bar
from .model_reference import ModelReference
from .options import HeadOption, JsonLinesOption, ModelArgument, TextOption, TrustOption
from .printable_text import printable_text
from .text_arguments import texts_to_read
from .text_batches import text_batches
from .token_words import TokenWords

BATCH_BYTES = 4096  # the whole vocabulary is scored at every token


def fill(
    model: ModelArgument,
    text: TextOption = [],  # noqa: B006
    file: Annotated[
        Path | None, typer.Option(help="A text file, each line a text; - is standard input.", show_default=False)
    ] = None,
    count: Annotated[int, typer.Option(min=1, metavar="N", help="Words per mask token.")] = 5,
    head: HeadOption = None,
    trust: TrustOption = False,
    as_json: JsonLinesOption = False,
) -> None:
    """Guess the words at the mask tokens of a text, e.g. "Paris is the [MASK] of France."."""
    reference = ModelReference.parse(model).of_task(head).need_command("fill")
    texts = texts_to_read(text, file)
    loaded = reference.open(trust=trust)
    words = TokenWords.of(loaded)
    done = 0
    with progress_bar("texts filled", total=None if file else len(text) or None, beside_results=True) as progress:
        for batch in text_batches(texts, max_bytes=BATCH_BYTES):
            for each, places in zip(batch, loaded.fill(batch, count=count), strict=True):
                filled = words.filled(each, [place[0]["token"] for place in places])
                result = {"text": each, "filled": filled, "masks": places}
                if as_json:
                    print_json(result)
                else:
                    _print(words, result)
            done += len(batch)
            progress(done)


def _print(words: TokenWords, result: dict[str, Any]) -> None:
    console = output()
    console.print(printable_text(result["text"]), style="bold", soft_wrap=True)
    for place, guesses in enumerate(result["masks"], start=1):
        table = plain_table()
        table.add_column(f"word {place}" if len(result["masks"]) > 1 else "word", overflow="fold", min_width=12)
        table.add_column("p", justify="right", no_wrap=True)
        table.add_column("", no_wrap=True)
        for word in guesses:
            shown = printable_text(words.shown(word["token"]))
            table.add_row(shown, f"{word['probability']:.4f}", share_bar(word["probability"]))
        console.print(table)
    console.print(printable_text(result["filled"]) + "\n", soft_wrap=True)
