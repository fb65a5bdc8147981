"""langzoo generate."""

from typing import Annotated, Any

import typer
from rich.text import Text

from ..layers.generation_options import DECODERS, INT32_MAX, MAX_TOKENS, MAX_WIDTH, decoder_name, decoder_options
from .console import output, print_json
from .model_reference import ModelReference
from .options import JsonOption, ModelArgument, TrustOption
from .printable_text import printable_text
from .quiet_tensorflow import quiet_tensorflow
from .text_arguments import check_unicode


def generate(
    model: ModelArgument,
    prompt: Annotated[
        str,
        typer.Option(
            help='What the text begins with, "" for nothing; or the source to be answered.', show_default=False
        ),
    ],
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
    as_json: JsonOption = False,
) -> None:
    """Continue a prompt; with a sequence-to-sequence model, answer it."""
    reference = ModelReference.parse(model).need_task("generate", "causal_lm", "seq2seq_lm")
    answers = reference.task() == "seq2seq_lm"
    check_unicode("--prompt", prompt)
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
    stops = [check_unicode("--stop", text).replace("\\n", "\n") for text in stop]
    if reference.kind != "litert":  # which needs no TensorFlow
        quiet_tensorflow()
    opened = reference.open(trust=trust)
    if suppress:
        options["suppress"] = suppress
    (result,) = opened.generate(
        [prompt], max_tokens=max_tokens, decoder=decoder, stop=stops or None, seed=seed, **options
    )
    if as_json:
        print_json({"prompt": prompt, **result})
    elif answers:  # another text, which does not follow the prompt
        output().print(printable_text(result["text"]), soft_wrap=True)
    else:
        _print(prompt, result["text"])


def _print(prompt: str, continuation: str) -> None:
    """The prompt, dimmed, and what follows it, where a terminal can show the difference."""
    text = Text(printable_text(prompt), style="dim").append(printable_text(continuation), style="not dim")
    output().print(text, soft_wrap=True)
