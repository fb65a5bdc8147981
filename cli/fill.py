"""langzoo fill."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from .console import output, print_json, progress_bar, share_bar
from .model_reference import ModelReference
from .options import JsonLinesOption, ModelArgument, TextOption
from .printable_text import printable_text
from .quiet_tensorflow import quiet_tensorflow
from .text_arguments import texts_to_read
from .text_batches import text_batches

if TYPE_CHECKING:
    from ..layers.text import Tokenizer

BATCH_BYTES = 4096  # every word of the vocabulary is scored at every token
CONTINUATION = "##"


def fill(
    model: ModelArgument,
    text: TextOption = [],  # noqa: B006
    file: Annotated[
        Path | None, typer.Option(help="A text file, each line a text; - is standard input.", show_default=False)
    ] = None,
    count: Annotated[int, typer.Option(min=1, metavar="N", help="Words for each mask token.")] = 5,
    as_json: JsonLinesOption = False,
) -> None:
    """Guess the words at the mask tokens of a text, e.g. "Paris is the [MASK] of France."."""
    reference = ModelReference.parse(model).need_task("fill", "masked_lm")
    quiet_tensorflow()
    from ..zoo.tasks import MaskedLM

    texts = texts_to_read(text, file)
    loaded = reference.load_run()
    assert isinstance(loaded, MaskedLM)
    tokenizer = loaded.need_tokenizer()
    done = 0
    with progress_bar("texts filled", total=None if file else len(text) or None, beside_results=True) as progress:
        for batch in text_batches(texts, max_bytes=BATCH_BYTES):
            for each, places in zip(batch, loaded.fill(batch, count=count), strict=True):
                filled = filled_text(tokenizer, each, [place[0]["token"] for place in places])
                result = {"text": each, "filled": filled, "masks": places}
                if as_json:
                    print_json(result)
                else:
                    _print(tokenizer, result)
            done += len(batch)
            progress(done)


def filled_text(tokenizer: "Tokenizer", text: str, tokens: list[str]) -> str:
    """The text with tokens in the places of its first mask tokens.

    Args:
        tokenizer: whose tokens they are.
        text: with mask tokens in it.
        tokens: names of as many tokens as there are mask tokens that the model has read.
    """
    mask = tokenizer.mask_id
    assert mask is not None  # the model has filled masks
    written, *rest = text.split(tokenizer.id_to_token(mask))
    for place, after in enumerate(rest):
        if place >= len(tokens):  # behind what the model reads
            written += tokenizer.id_to_token(mask) + after
            continue
        token_id = tokenizer.token_to_id(tokens[place])
        word = bytes(tokenizer.detokenize([token_id]).numpy()).decode(errors="replace") or tokens[place]
        if tokens[place].startswith(CONTINUATION):
            written, word = written.rstrip(), tokens[place].removeprefix(CONTINUATION)
        elif not written or written[-1].isspace():
            word = word.lstrip()  # tokens of some kinds bring their space
        written += word + after
    return written


def _print(tokenizer: "Tokenizer", result: dict[str, Any]) -> None:
    from ..zoo.visible_tokens import visible_tokens

    console = output()
    console.print(printable_text(result["text"]), style="bold", soft_wrap=True)
    for place, words in enumerate(result["masks"], start=1):
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column(f"word {place}" if len(result["masks"]) > 1 else "word", overflow="fold", min_width=12)
        table.add_column("p", justify="right", no_wrap=True)
        table.add_column("", no_wrap=True)
        for word in words:
            shown = visible_tokens(tokenizer, [tokenizer.token_to_id(word["token"])])[0].name
            table.add_row(printable_text(shown), f"{word['probability']:.4f}", share_bar(word["probability"]))
        console.print(table)
    console.print(printable_text(result["filled"]) + "\n", soft_wrap=True)
