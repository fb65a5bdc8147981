"""langzoo generate."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from ..layers.plain.beam_options import BeamOptions
from ..layers.plain.errors import UserError
from ..layers.plain.generation_options import DECODERS, LIVE_DECODERS, MAX_TOKENS, RANKED_DECODERS
from ..layers.plain.option import INT32_MAX, options_of
from .console import json_array, output, print_json, progress_bar
from .model_reference import ModelReference
from .option_flags import asked_options, chosen_decoder, with_option_flags
from .options import ModelArgument, TrustOption
from .printable_text import printable_text
from .text_arguments import check_unicode, texts_to_read
from .text_batches import text_batches

NEW_TOKENS = 50
MAX_ROWS = 32  # texts generated together, including beam hypotheses


@with_option_flags
def generate(
    model: ModelArgument,
    prompt: Annotated[
        list[str],
        typer.Option(
            help='The beginning of the text, which may be ""; or the source. May be given several times.',
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
            min=1,
            metavar="N",
            help="Texts per prompt: drawn with the seeds SEED, SEED + 1, ..., SEED + N - 1, or the N best of beam "
            "search.",
        ),
    ] = 1,
    max_tokens: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MAX_TOKENS,
            metavar="N",
            help=f"The maximum number of new tokens; {NEW_TOKENS} by default.",
            show_default=False,
        ),
    ] = None,
    decoder: Annotated[
        str | None,
        typer.Option(
            help=f"{', '.join((*DECODERS, *LIVE_DECODERS))} or one of another package; by default the one that has "
            "the given options, otherwise greedy. top_k and top_p mean sampling with values of 40 and 0.9.",
            show_default=False,
        ),
    ] = None,
    option: Annotated[
        list[str],
        typer.Option(
            metavar="KEY=VALUE",
            help="An option of a decoder or logit rule, or of another package's; may be given several times.",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    stop: Annotated[
        list[str],
        typer.Option(
            help="A string before which the text ends; may be given several times. \\n means a line end.",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    suppress: Annotated[
        list[str],
        typer.Option(help="A token never to generate, e.g. <unk>; may be repeated.", show_default=False),
    ] = [],  # noqa: B006
    seed: Annotated[
        int, typer.Option(min=-INT32_MAX - 1, max=INT32_MAX, metavar="N", help="Seed of the random numbers.")
    ] = 0,
    length: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="For a masked model: words to add to the prompt.", show_default=False),
    ] = None,
    alternatives: Annotated[
        int, typer.Option(min=0, metavar="K", help="With --json: the K most likely tokens at each position.")
    ] = 0,
    stream: Annotated[bool, typer.Option("--stream", help="Print the text of one prompt as it is generated.")] = False,
    trust: TrustOption = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print one JSON document: an object for one --prompt; an array with an object per text for --file, "
            "several --prompt or --num-samples.",
        ),
    ] = False,
    **flags: float | None,
) -> None:
    """Generate text that continues a prompt or, with a sequence-to-sequence model, answers it."""
    reference = ModelReference.parse(model).need_command("generate")
    answers = reference.task() in ("seq2seq_lm", "masked_lm")
    masked = reference.task() == "masked_lm"
    options = asked_options(flags, option)
    decoder = (decoder or "gibbs") if masked else chosen_decoder(decoder, options)
    _check_flags(alternatives=alternatives, stream=stream, as_json=as_json)
    if masked:
        _check_masked({"--stream": stream, "--alternatives": alternatives, "--stop": stop, "--max-tokens": max_tokens})
    elif length is not None:
        raise UserError("--length is for masked models: give --max-tokens")
    if num_samples > 1 and decoder in ("greedy", "contrastive", "mcts"):
        mend = "add --temperature 1" if decoder == "greedy" else "use another --decoder"
        raise UserError(f"--num-samples needs texts that differ, and {decoder} always writes the same: {mend}")
    drawn = options.get("temperature")
    if num_samples > 1 and (
        drawn == 0 if decoder in ("sampling", "best_of") else decoder == "speculative" and not drawn
    ):
        raise UserError(f"--num-samples needs texts that differ, and {decoder} at temperature 0 always writes the same")
    if seed + num_samples - 1 > INT32_MAX:
        raise UserError(f"--seed and --num-samples go beyond the last seed, {INT32_MAX}: choose a lower --seed")
    stops = [check_unicode("--stop", text).replace("\\n", "\n") for text in stop]
    prompt = [""] if length is not None and not prompt and file is None else prompt
    prompts = texts_to_read(prompt, file, option="--prompt")
    opened = reference.open(trust=trust)
    limits: dict[str, Any] = {"decoder": decoder, **options}
    limits |= {"length": length} if masked else {"max_tokens": max_tokens or NEW_TOKENS, "stop": stops or None}
    if alternatives:
        limits["alternatives"] = alternatives
    if suppress:
        limits["suppress"] = suppress
    if decoder in RANKED_DECODERS and num_samples > 1:
        limits["num_results"] = num_samples
    seeds = [seed] if "num_results" in limits else range(seed, seed + num_samples)
    width = _width(options) if decoder in RANKED_DECODERS else 1
    single = len(prompt) == 1 and file is None and num_samples == 1
    if stream:
        if not single:
            raise UserError("--stream prints one text: give one --prompt, and leave out --file and --num-samples")
        _print_stream(opened, next(iter(prompts)), answers, {**limits, "seed": seed})
        return
    show = (_print_answer if answers else _print) if single or answers else _print_apart
    total = len(prompt) * num_samples if file is None and prompt else None
    with (
        progress_bar("texts written", total=total, beside_results=True) as progress,
        json_array(as_json and not single) as add,
    ):
        for done, result in enumerate(_written(opened, prompts, seeds, limits, rows=MAX_ROWS // width), start=1):
            if not as_json:
                show(result["prompt"], result["text"])
            elif single:
                print_json({name: value for name, value in result.items() if name != "seed"})
            else:
                add(result)
            progress(done)


def _width(options: Mapping[str, Any]) -> int:
    """Returns the number of rows per prompt, for a decoder that ranks texts."""
    given = options.get("width")
    return BeamOptions().width if given is None else options_of(BeamOptions)["width"].checked(given)


def _check_masked(flags: Mapping[str, Any]) -> None:
    """Raises `UserError` for a flag that a masked model, which does not write from left to right, cannot take."""
    for flag, value in flags.items():
        if value:
            raise UserError(f"{flag} is for models that write from left to right: leave it out")


def _check_flags(*, alternatives: int, stream: bool, as_json: bool) -> None:
    """Raises `UserError` for flags that cannot be combined."""
    if alternatives and not as_json:
        raise UserError("--alternatives is for --json: add it")
    if stream and as_json:
        raise UserError("--stream prints text: leave --json out")


def _print_stream(model: Any, prompt: str, answers: bool, limits: Mapping[str, Any]) -> None:
    """Prints a text piece by piece, as it is generated."""
    if not hasattr(model, "stream"):
        raise UserError(
            "an exported SavedModel writes whole texts: leave --stream out, or use the run or a LiteRT file"
        )
    pieces = model.stream(prompt, **limits)
    console = output()
    if not answers:
        console.print(Text(printable_text(prompt), style="dim"), end="", soft_wrap=True)
    for piece in pieces:
        console.print(Text(printable_text(piece)), end="", soft_wrap=True)
        console.file.flush()
    console.print()


def _written(
    model: Any, prompts: Iterable[str], seeds: Sequence[int], limits: Mapping[str, Any], *, rows: int
) -> Iterator[dict[str, Any]]:
    """Yields the texts of each prompt in order, one per seed."""
    for batch in text_batches(prompts, max_texts=max(rows, 1)):
        samples = [model.generate(batch, seed=seed, **limits) for seed in seeds]
        for place, prompt in enumerate(batch):
            for seed, sample in zip(seeds, samples, strict=True):
                of_prompt = sample[place]
                for result in of_prompt if isinstance(of_prompt, list) else [of_prompt]:
                    yield {"prompt": prompt, "seed": seed, **result}


def _print(prompt: str, continuation: str) -> None:
    """Prints the prompt, dimmed if the terminal can show it, and the continuation."""
    text = Text(printable_text(prompt), style="dim").append(printable_text(continuation), style="not dim")
    output().print(text, soft_wrap=True)


def _print_apart(prompt: str, continuation: str) -> None:
    """Prints the same with an empty line after it, since a text may have several lines."""
    _print(prompt, continuation)
    output().print()


def _print_answer(prompt: str, answer: str) -> None:
    """Prints a text that does not continue the prompt."""
    del prompt
    output().print(printable_text(answer), soft_wrap=True)
