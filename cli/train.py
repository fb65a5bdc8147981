"""langzoo train."""

import json
from pathlib import Path
from typing import Annotated

import typer

from .settings import parse_settings


def train(
    model: Annotated[str, typer.Argument(help="A name from `langzoo list`, or a run directory to go on from.")],
    data: Annotated[list[Path], typer.Option(help="Text file to train on, plain or gzip; give it again for more.")],
    run: Annotated[Path, typer.Option(help="Directory of the run.")],
    valid: Annotated[list[Path], typer.Option(help="Text file to validate on.")] = [],  # noqa: B006
    tokenizer: Annotated[str | None, typer.Option(help="word, char, byte, or a folder that holds a tokenizer.")] = None,
    vocabulary_size: Annotated[int | None, typer.Option(min=1, help="Tokens of a trained tokenizer.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Optimizer steps.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Passes over the text.")] = None,
    strategy: Annotated[str | None, typer.Option(help="one, mirrored or multi_worker.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Local processes that train together.")] = 1,
    settings: Annotated[
        list[str], typer.Option("--set", help="key=value, e.g. optimizer.learning_rate=0.1 or model.dropout=0.2.")
    ] = [],  # noqa: B006
    resume: Annotated[bool, typer.Option(help="Go on with the run that --run holds, if it holds one.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="End with one JSON object.")] = False,
) -> None:
    """Train a model on text files."""
    values = parse_settings(settings)
    for key, value in (("steps", steps), ("epochs", epochs), ("strategy", strategy)):
        if value is not None:
            values[key] = value
    if workers > 1:
        values["strategy"] = "multi_worker"
    from ..trainers.train_request import TrainRequest

    request = TrainRequest(
        model=model,
        data=data,
        valid=valid,
        run=run,
        tokenizer=tokenizer,
        vocabulary_size=vocabulary_size,
        settings=values,
        resume=resume,
    )
    request.resolve()  # Before TensorFlow is imported and before other processes are started.
    if workers > 1:
        from ..trainers.local_cluster import run_as_worker_of

        run_as_worker_of(workers)
    from rich.console import Console

    from ..trainers.strategies import is_chief
    from ..trainers.train import train as train_model

    console = Console(stderr=True, quiet=not is_chief())
    result = train_model(request, console=console)
    if not is_chief():
        return
    summary = {
        "run": str(result.run),
        "steps": result.steps,
        "tokens_per_second": result.tokens_per_second,
        "final_loss": result.final_loss,
        "best_validation_loss": result.best_loss,
    }
    if as_json:
        typer.echo(json.dumps(summary))
    else:
        typer.echo(f"{result.run}: trained {result.steps:,} steps. Next: langzoo generate {result.run} --prompt ...")
