"""langzoo generate."""

from typing import Annotated, Any

import typer
from rich.text import Text

from .console import output, print_json, printable_text
from .model_reference import ModelReference
from .options import JsonOption, ModelArgument
from .quiet_tensorflow import quiet_tensorflow
from .text_arguments import check_unicode

INT32_MAX = 2**31 - 1


def generate(
    model: ModelArgument,
    prompt: Annotated[str, typer.Option(help='What the text begins with; "" for nothing.', show_default=False)],
    max_tokens: Annotated[int, typer.Option(min=1, max=1_000_000, metavar="N", help="New tokens at most.")] = 50,
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
        typer.Option(min=1, max=4096, metavar="N", help="Hypotheses that beam search keeps.", show_default=False),
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
    seed: Annotated[
        int, typer.Option(min=-INT32_MAX, max=INT32_MAX, metavar="N", help="Another seed draws another text.")
    ] = 0,
    as_json: JsonOption = False,
) -> None:
    """Continue a prompt."""
    reference = ModelReference.parse(model)
    check_unicode("--prompt", prompt)
    sampling = {"temperature": temperature, "top_k": top_k, "top_p": top_p}
    searching = {"width": width, "length_penalty": length_penalty}
    options = {name: value for name, value in {**sampling, **searching}.items() if value is not None}
    options["decoder"] = decoder or _decoder_for(options.keys(), sampling.keys(), searching.keys())
    if stop:
        options["stop"] = [check_unicode("--stop", text).replace("\\n", "\n") for text in stop]
    quiet_tensorflow()
    (result,) = reference.open().generate([prompt], max_tokens=max_tokens, seed=seed, **options)
    if as_json:
        print_json({"prompt": prompt, **result})
    else:
        _print(prompt, result)


def _decoder_for(given, sampling, searching) -> str:
    if given & searching:
        return "beam"
    return "temperature" if given & sampling else "greedy"


def _print(prompt: str, result: dict[str, Any]) -> None:
    """The prompt, dimmed, and what follows it, where a terminal can show the difference."""
    text = Text(printable_text(prompt), style="dim").append(printable_text(result["text"]), style="not dim")
    output().print(text, soft_wrap=True)
