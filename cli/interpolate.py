"""langzoo interpolate."""

from typing import Annotated

import typer

from .console import output, print_json
from .evaluation_tables import figures_table
from .model_reference import ModelReference
from .option_flags import asked_options, chosen_decoder
from .options import JsonOption, RunArgument
from .printable_text import printable_text
from .text_arguments import check_unicode


def interpolate(
    model: RunArgument,
    first: Annotated[str, typer.Argument(help="A sentence.", show_default=False)],
    second: Annotated[str, typer.Argument(help="Another sentence.", show_default=False)],
    steps: Annotated[
        int, typer.Option(min=2, max=1000, metavar="N", help="Sentences to write, including both ends.")
    ] = 7,
    max_tokens: Annotated[int, typer.Option(min=1, max=10_000, metavar="N", help="Maximum tokens per sentence.")] = 50,
    decoder: Annotated[
        str | None,
        typer.Option(help="As for langzoo generate: beam, sampling, ...; greedy by default.", show_default=False),
    ] = None,
    option: Annotated[
        list[str],
        typer.Option(
            metavar="KEY=VALUE",
            help="An option of the decoder or of a logit rule, e.g. width=8; may be given several times.",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of decoders that sample.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Interpolate between two sentences: decode vectors between theirs (latent_lm models)."""
    reference = ModelReference.parse(model).need_task("interpolate", "latent_lm")
    for name, text in (("SENTENCE", first), ("SENTENCE", second)):
        check_unicode(name, text)
    options = asked_options({}, option)
    chosen = chosen_decoder(decoder, options)
    loaded = reference.load_run()
    found = loaded.interpolate(  # type: ignore[attr-defined]
        first, second, steps=steps, max_tokens=max_tokens, decoder=chosen, seed=seed, **options
    )
    if as_json:
        print_json({"model": model, "first": first, "second": second, "steps": found})
        return
    table = figures_table("share")
    table.add_column("sentence", overflow="fold")
    for each in found:
        table.add_row(f"{each['share']:.3f}", printable_text(each["text"].rstrip("\n")))
    output().print(table)
