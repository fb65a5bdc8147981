"""langzoo score."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from ..layers.plain.errors import UserError
from .console import json_array, output, plain_table, progress_bar
from .model_reference import ModelReference
from .options import JsonOption, ModelArgument, TextOption, TrustOption
from .printable_text import printable_text
from .text_arguments import pairs_to_read, texts_to_read
from .text_batches import text_batches


def score(
    model: ModelArgument,
    text: TextOption = [],  # noqa: B006
    target: Annotated[
        list[str],
        typer.Option(
            "--pair",
            "--target",
            help="For a sequence-to-sequence model: the target, i.e. the answer to --text.",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    file: Annotated[
        Path | None,
        typer.Option(
            help="A text file, each line a text (for a sequence-to-sequence model: source, tab, target); "
            "- is standard input.",
            show_default=False,
        ),
    ] = None,
    trust: TrustOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show the probability of each token given the tokens before it (masked models: all others), or given a source."""
    reference = ModelReference.parse(model)
    masked, pairs = reference.task() == "masked_lm", reference.task() == "seq2seq_lm"
    if not masked:
        reference.need_command("score", of="generate")
    if target and not pairs:
        raise UserError(f"--pair is for sequence-to-sequence models, which {model} is not: leave it out")
    texts = _pairs(text, target, file) if pairs else ((each,) for each in texts_to_read(text, file))
    loaded = reference.load_run() if masked else reference.open(trust=trust)
    done, total = 0, None if file else len(text) or None
    with progress_bar("texts scored", total=total, beside_results=True) as progress, json_array(as_json) as add:
        for batch in text_batches(texts):
            scored = loaded.score(*(list(side) for side in zip(*batch, strict=True)))
            for each, entry in zip(batch, scored, strict=True):
                (add if as_json else _print)(_summed(each, entry, masked=masked))
            done += len(batch)
            progress(done)


def _pairs(texts: list[str], targets: list[str], file: Path | None) -> Iterator[tuple[str, ...]]:
    for number, (source, target) in enumerate(pairs_to_read(texts, targets, file, option="--pair"), start=1):
        if target is None and number <= len(texts):
            raise UserError("a sequence-to-sequence model scores targets: add --pair TEXT for each --text")
        if target is None:
            line = number - len(texts)
            raise UserError(f"line {line} has no target: it must be a source, a tab and a target")
        yield source, target


def _summed(texts: tuple[str, ...], entry: dict[str, Any], *, masked: bool) -> dict[str, Any]:
    total, count = math.fsum(entry["log_probabilities"]), len(entry["tokens"])
    return {
        **dict(zip(("text", "target"), texts, strict=False)),
        "tokens": entry["tokens"],
        "log_probabilities": entry["log_probabilities"],
        **({"states": entry["states"]} if "states" in entry else {}),
        "pseudo_log_likelihood" if masked else "log_probability": total,
        "pseudo_perplexity" if masked else "perplexity": _perplexity(-total / count) if count else None,
    }


def _perplexity(loss: float) -> float:
    try:
        return math.exp(loss)
    except OverflowError:
        return math.inf


def _print(result: dict[str, Any]) -> None:
    console = output()
    for name in ("text", "target"):
        if name in result:
            console.print(printable_text(result[name]), style="bold", soft_wrap=True)
    pseudo = "pseudo_perplexity" in result  # of a masked model
    total, perplexity = (
        result[name]
        for name in (("pseudo_log_likelihood", "pseudo_perplexity") if pseudo else ("log_probability", "perplexity"))
    )
    if perplexity is None:
        console.print("no tokens\n")
        return
    table = plain_table()
    table.add_column("token", overflow="fold")
    table.add_column("log p", justify="right", no_wrap=True)
    table.add_column("p", justify="right", no_wrap=True)
    if "states" in result:
        table.add_column("state", justify="right", no_wrap=True)
    for place, (token, log_probability) in enumerate(zip(result["tokens"], result["log_probabilities"], strict=True)):
        state = [str(result["states"][place])] if "states" in result else []
        table.add_row(printable_text(token), f"{log_probability:.4f}", f"{math.exp(log_probability):.3g}", *state)
    console.print(table)
    console.print(
        f"sum of log p {total:.4f}, {'pseudo-' if pseudo else ''}perplexity {perplexity:,.4f}, "
        f"{len(result['tokens']):,} tokens\n"
    )
