"""langzoo sample."""

from typing import Annotated, Any

import typer

from ..layers.plain.errors import UserError
from .console import print_json
from .model_reference import ModelReference
from .options import JsonLinesOption, RunArgument
from .printable_text import printable_text

MOST_SAMPLES = 1_000_000


def sample(
    run: RunArgument,
    num_samples: Annotated[int, typer.Option(min=1, max=MOST_SAMPLES, metavar="N", help="The number of texts.")] = 1,
    length: Annotated[
        int, typer.Option(min=1, max=MOST_SAMPLES, metavar="N", help="Words per text, for multinomial naive Bayes.")
    ] = 10,
    label: Annotated[
        str | None, typer.Option(help="The label of all texts; by default it is drawn, too.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Seed of the random numbers.")] = 0,
    as_json: JsonLinesOption = False,
) -> None:
    """Draw labels and the words of their texts from a Bayesian network (naive_bayes, chow_liu)."""
    reference = ModelReference.parse(run)
    task = reference.task()
    if task not in (None, "text_classifier"):
        raise UserError(f"{run} is a {task} model; langzoo sample is for Bayesian networks (naive_bayes, chow_liu)")
    model: Any = reference.load_run()
    for found in model.sample(num_samples, length=length, label=label, seed=seed):
        if as_json:
            print_json(found)
            continue
        words = " ".join(map(printable_text, found["words"]))
        typer.echo(f"{printable_text(found['label'])}\t{words}")
