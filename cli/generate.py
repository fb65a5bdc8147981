"""langzoo generate."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from ..layers.plain.errors import UserError
from ..layers.plain.generation_options import DECODERS, INT32_MAX, MAX_TOKENS, MAX_WIDTH, decoder_name, decoder_options
from .console import json_array, output, print_json, progress_bar
from .model_reference import ModelReference
from .options import ModelArgument, TrustOption
from .printable_text import printable_text
from .text_arguments import check_unicode, texts_to_read
from .text_batches import text_batches

MAX_ROWS = 32  # texts that are written side by side, hypotheses of beam search included
SURE = ("greedy", "beam")  # decoders that draw nothing


def generate(
    model: ModelArgument,
    prompt: Annotated[
        list[str],
        typer.Option(
            help='What the text begins with, "" for nothing; or the source to be answered. May be given several times.',
            show_default=False,
        ),
    ] = [],  # noqa: B006
    file: Annotated[
        Path | None,
        typer.Option(help="A text file, each line a prompt; - is standard input.", show_default=False),
    ] = None,
    num_samples: Annotated[
        int,
        typer.Option(
            min=1, metavar="N", help="Texts for each prompt, drawn with the seeds SEED, SEED + 1, ..., SEED + N - 1."
        ),
    ] = 1,
    max_tokens: Annotated[int, typer.Option(min=1, max=MAX_TOKENS, metavar="N", help="New tokens at most.")] = 50,
    decoder: Annotated[
        str | None,
        typer.Option(
            help="greedy, temperature, top_k, top_p or beam; if left out, what the other options ask for, else greedy.",
            show_default=False,
        ),
    ] = None,
    temperature: Annotated[
        float | None,
        typer.Option(help="1 draws from the model's own probabilities; lower is safer.", show_default=False),
    ] = None,
    top_k: Annotated[
        int | None,
        typer.Option(min=0, max=INT32_MAX, metavar="K", help="Draw from the k likeliest tokens.", show_default=False),
    ] = None,
    top_p: Annotated[
        float | None, typer.Option(help="Draw from the likeliest tokens of this mass, 0 to 1.", show_default=False)
    ] = None,
    width: Annotated[
        int | None,
        typer.Option(min=1, max=MAX_WIDTH, metavar="N", help="Hypotheses that beam search keeps.", show_default=False),
    ] = None,
    length_penalty: Annotated[
        float | None, typer.Option(help="Of beam search; more favours longer texts.", show_default=False)
    ] = None,
    stop: Annotated[
        list[str],
        typer.Option(
            help="A token that ends the text; may be given several times. \\n is a line end.", show_default=False
        ),
    ] = [],  # noqa: B006
    suppress: Annotated[
        list[str],
        typer.Option(help="A token never to write, e.g. <unk>; may be given several times.", show_default=False),
    ] = [],  # noqa: B006
    seed: Annotated[
        int, typer.Option(min=-INT32_MAX - 1, max=INT32_MAX, metavar="N", help="Another seed draws another text.")
    ] = 0,
    trust: TrustOption = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print one JSON document: an object for one --prompt, and an array, an object for each text, with "
            "--file, several --prompt or --num-samples.",
        ),
    ] = False,
) -> None:
    """Continue prompts; with a sequence-to-sequence model, answer them."""
    reference = ModelReference.parse(model).need_task("generate", "causal_lm", "seq2seq_lm")
    answers = reference.task() == "seq2seq_lm"
    asked = {
        "temperature": temperature,
        "top_k": top_k,
        "top_p": top_p,
        "width": width,
        "length_penalty": length_penalty,
    }
    options: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    decoder = decoder_name(decoder, options)
    if decoder in DECODERS:  # what other packages have is known when the model is loaded
        decoder_options(decoder, options)
    if num_samples > 1 and decoder in SURE:
        raise UserError(
            f"--num-samples is for texts that are drawn, and {decoder} always writes the same: add --temperature 1"
        )
    if seed + num_samples - 1 > INT32_MAX:
        raise UserError(f"--seed and --num-samples go beyond the last seed, {INT32_MAX}: choose a lower --seed")
    stops = [check_unicode("--stop", text).replace("\\n", "\n") for text in stop]
    prompts = texts_to_read(prompt, file, option="--prompt")
    opened = reference.open(trust=trust)
    if suppress:
        options["suppress"] = suppress
    limits = {"max_tokens": max_tokens, "decoder": decoder, "stop": stops or None, **options}
    seeds = range(seed, seed + num_samples)
    single = len(prompt) == 1 and file is None and num_samples == 1
    show = (_print_answer if answers else _print) if single or answers else _print_apart
    total = len(prompt) * num_samples if file is None and prompt else None
    with (
        progress_bar("texts written", total=total, beside_results=True) as progress,
        json_array(as_json and not single) as add,
    ):
        for done, result in enumerate(_written(opened, prompts, seeds, limits, rows=MAX_ROWS // (width or 1)), start=1):
            if not as_json:
                show(result["prompt"], result["text"])
            elif single:
                print_json({name: value for name, value in result.items() if name != "seed"})
            else:
                add(result)
            progress(done)


def _written(
    model: Any, prompts: Iterable[str], seeds: Sequence[int], limits: Mapping[str, Any], *, rows: int
) -> Iterator[dict[str, Any]]:
    """The texts of each prompt in turn, as many as there are seeds."""
    for batch in text_batches(prompts, max_texts=max(rows, 1)):
        samples = [model.generate(batch, seed=seed, **limits) for seed in seeds]
        for place, prompt in enumerate(batch):
            for seed, sample in zip(seeds, samples, strict=True):
                yield {"prompt": prompt, "seed": seed, **sample[place]}


def _print(prompt: str, continuation: str) -> None:
    """The prompt, dimmed, and what follows it, where a terminal can show the difference."""
    text = Text(printable_text(prompt), style="dim").append(printable_text(continuation), style="not dim")
    output().print(text, soft_wrap=True)


def _print_apart(prompt: str, continuation: str) -> None:
    """The same, with an empty line after it: a text may have several lines."""
    _print(prompt, continuation)
    output().print()


def _print_answer(prompt: str, answer: str) -> None:
    """Another text, which does not follow the prompt."""
    del prompt
    output().print(printable_text(answer), soft_wrap=True)
