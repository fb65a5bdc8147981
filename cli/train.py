"""langzoo train."""

import math
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..layers.plain.errors import UserError
from .console import facts_table, messages, output, print_json
from .evaluation_tables import figure_text, figures_table, print_report
from .failure import say
from .file_list_command import GIVEN_ARGUMENTS
from .options import (
    ColumnsOption,
    FilesOption,
    JsonOption,
    LabelsOption,
    MetricOption,
    ReaderOption,
    ReaderSettingsOption,
    SkipBadOption,
    data_settings,
)
from .printable_text import printable_text
from .quiet_tensorflow import quiet_tensorflow
from .settings import parse_settings

if TYPE_CHECKING:
    from ..trainers.train_request import TrainRequest
    from ..trainers.train_result import TrainResult


def train(
    context: typer.Context,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A name from `langzoo list`, or a run to start from.")],
    run: Annotated[Path, typer.Option(help="Directory of the new run.", show_default=False)],
    data: FilesOption = [],  # noqa: B006
    valid: Annotated[
        list[Path], typer.Option("--valid", metavar="FILES...", help="Text files to validate on.", show_default=False)
    ] = [],  # noqa: B006
    tokenizer: Annotated[
        str | None,
        typer.Option(
            help="A kind (word, char, byte, wordpiece, bpe, unigram), trained on the data; or an existing tokenizer: a "
            "folder, or a file as published (vocab.txt, vocab.json, tokenizer.json, a SentencePiece .model).",
            show_default=False,
        ),
    ] = None,
    vocabulary_size: Annotated[
        int | None,
        typer.Option(
            min=3,
            help="The maximum number of tokens of a tokenizer to be trained; by default the model's, or more if the "
            "text's characters need them.",
            show_default=False,
        ),
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(
            help="The task to learn, by default the named model's own; or the name of a data set in whose format the "
            "files are (langzoo list --kind data_set), which implies the rest; or pretrain: from plain text, as in "
            "the model's paper.",
            show_default=False,
        ),
    ] = None,
    tasks: Annotated[
        Path | None,
        typer.Option(
            help="Several tasks for one body to learn together: a JSON file with their names, files and settings "
            "(docs/training.md).",
            show_default=False,
        ),
    ] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Optimizer steps.", show_default=False)] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="The number of epochs.", show_default=False)] = None,
    strategy: Annotated[
        str | None, typer.Option(help="one, mirrored or multi_worker (TF_CONFIG).", show_default=False)
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes of this machine that train together.")] = 1,
    memory: Annotated[
        str | None,
        typer.Option(
            metavar="SIZE",
            help="Memory limit for models that count n-grams, such as 500MB; the rest is done on disk.",
            show_default=False,
        ),
    ] = None,
    settings: Annotated[
        list[str],
        typer.Option("--set", metavar="KEY=VALUE", help="e.g. optimizer.learning_rate=0.1 or model.dropout=0.2."),
    ] = [],  # noqa: B006
    reader: ReaderOption = None,
    columns: ColumnsOption = [],  # noqa: B006
    labels: LabelsOption = None,
    skip_bad: SkipBadOption = False,
    reader_options: ReaderSettingsOption = [],  # noqa: B006
    new_head: Annotated[
        bool, typer.Option("--new-head", help="Keep the body of the run MODEL and learn a new head, for other labels.")
    ] = False,
    add_words: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="File of words, one per line, to add to the vocabulary of a trained MODEL as one token each.",
            show_default=False,
        ),
    ] = None,
    find_rate: Annotated[
        bool,
        typer.Option(
            "--find-learning-rate",
            help="Train for 150 steps at a rising rate, save no weights, and suggest a rate: RUN/learning_rate.png.",
        ),
    ] = False,
    watch: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="File of sentences, one per line; after each validation, TensorBoard shows the model's output for "
            "them, for masked models its predictions for [MASK].",
            show_default=False,
        ),
    ] = None,
    metrics: MetricOption = [],  # noqa: B006
    seeds: Annotated[
        int,
        typer.Option(min=1, help="The number of runs, RUN/seed-0 and so on, whose mean figures are reported."),
    ] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the run in --run, if there is one.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Train a model on text, or on files with labels, tags or answers."""
    from ..trainers.seed_runs import seed_requests
    from ..trainers.task_request import read_task_requests
    from ..trainers.train_request import TrainRequest

    values = parse_settings(settings)
    if workers > 1 and (strategy or values.get("strategy", "multi_worker")) != "multi_worker":
        raise UserError("--workers is the strategy multi_worker: leave the other strategy out, or --workers")
    given = {
        "steps": steps,
        "epochs": epochs,
        "memory": memory,
        "watch": None if watch is None else str(watch),
        "strategy": "multi_worker" if workers > 1 else strategy,
    }
    values |= {key: value for key, value in given.items() if value is not None}
    values |= data_settings(
        reader=reader, reader_options=reader_options, columns=columns, skip_bad=skip_bad, labels=labels
    )
    values |= {"metrics": metrics} if metrics else {}
    if find_rate and (seeds > 1 or workers > 1 or resume):
        raise UserError("--find-learning-rate keeps nothing of a run: leave --resume, --seeds and --workers out")
    request = TrainRequest(
        model=model,
        data=data,
        valid=valid,
        run=run,
        tokenizer=tokenizer,
        vocabulary_size=vocabulary_size,
        settings=values,
        task=task,
        new_head=new_head,
        resume=resume,
        tasks={} if tasks is None else read_task_requests(tasks),
        add_words=add_words,
    )
    if task not in (None, "pretrain") or tasks is not None:
        quiet_tensorflow()  # needed to check that the task fits the model
    # Mistakes are reported before TensorFlow is loaded, if possible, and before other processes start.
    requests = seed_requests(request, seeds) if seeds > 1 else [request]
    resolved = [each.resolve() for each in requests]
    training = resolved[0].training
    if workers > 1:
        from ..trainers.local_cluster import run_as_worker_of

        run_as_worker_of(workers, run=run)
    quiet_tensorflow()
    if find_rate:
        _find_learning_rate(request, as_json=as_json)
        return
    from ..trainers.run_interrupted import RunInterrupted
    from ..trainers.strategies import is_chief
    from ..trainers.train import train as train_model

    chief = is_chief(training.strategy)
    console = messages()
    console.quiet = not chief
    summaries, figures = [], []
    for each in requests:
        try:
            result = train_model(each, console=console)
        except RunInterrupted as interrupted:
            say(f"{interrupted}; continue with: {_again(context)}")
            raise typer.Exit(128 + interrupted.signal) from None
        if chief and not as_json:
            _tell(result)
        summaries.append(result.summary())
        figures.append({"training_loss": result.final_loss, **result.figures})
    if not chief:
        return
    if seeds > 1:
        _tell_of_seeds(summaries, figures, as_json=as_json)
    elif as_json:
        print_json(summaries[0])


def _find_learning_rate(request: "TrainRequest", *, as_json: bool) -> None:
    """Runs a learning-rate range test and prints a table of every tenth step, or JSON."""
    from ..trainers.learning_rate_test import find_learning_rate

    found = find_learning_rate(request, console=messages())
    if as_json:
        rows = {"rates": found.rates, "losses": found.losses, "smoothed": found.smoothed}
        print_json({"suggested": found.suggested, "lowest": found.lowest, **rows})
        return
    table = figures_table("rate", "loss", "smoothed")
    for rate, loss, smoothed in [*zip(found.rates, found.losses, found.smoothed, strict=True)][::10]:
        table.add_row(f"{rate:.2g}", f"{loss:.4f}", f"{smoothed:.4f}")
    output().print(table)
    output().print(
        f"the loss is lowest at a rate of {found.lowest:.2g}; a tenth of it is a good value to start with:\n"
        f"--set optimizer.learning_rate={found.suggested:g}   ({request.run}/learning_rate.png, learning_rate.tsv)",
        soft_wrap=True,
    )


def _tell(result: "TrainResult") -> None:
    """Prints the result of a run."""
    for name, each in (result.tasks or {"": result}).items():
        _tell_of_validation(each, f"{name}: " if name else "")
    if "mean" in result.figures:
        output().print(facts_table({"mean of the tasks": f"{result.figures['mean']:.4f}"}))
        output().print()
    best = "" if result.best_loss is None else f", best validation loss {result.best_loss:.4f}"
    done = f"{result.steps:,} steps" if result.steps else "counted"
    logs = result.run / "logs"
    for option, skipped in result.skipped.items():
        say(f"{option}: {skipped}")
    real = "" if result.real_token_share is None else f", {result.real_token_share:.1%} of the positions real tokens"
    watch = f"   or   tensorboard --logdir {shlex.quote(str(logs))}" if logs.is_dir() else ""
    output().print(
        f"{result.run}: {done}, loss {result.final_loss:.4f}{best}{real}\n"
        f'next: langzoo {result.model.command.format(run=shlex.quote(str(result.run)))} "..."{watch}',
        soft_wrap=True,
    )


def _tell_of_validation(result: "TrainResult", of: str) -> None:
    """Prints the figures of a validation, and its labels."""
    from ..trainers.evaluation.label_report import LabelReport

    if result.predictions is None:
        return
    facts = {
        name.replace("_", " "): figure_text(name, value, result.predictions)
        for name, value in result.figures.items()
        if name == "loss" or value != result.figures.get("loss")  # its only term is the loss again
    }
    output().print(facts_table({f"{of}validation of the saved weights": "", **facts}))
    if (report := LabelReport.of(result.predictions)) is not None:
        output().print()
        print_report(report)
    output().print()


def _tell_of_seeds(summaries: list[dict], figures: list[dict[str, float]], *, as_json: bool) -> None:
    """Prints the figures of runs with several seeds, their mean and their standard deviation."""
    from ..trainers.seed_runs import mean_and_deviation

    both = mean_and_deviation(figures)
    if as_json:
        means = {name: {"mean": mean, "deviation": deviation} for name, (mean, deviation) in both.items()}
        print_json({"runs": summaries, "figures": means})
        return
    table = figures_table("figure", *(f"seed {seed}" for seed in range(len(figures))), "mean", "deviation")
    for name, ends in both.items():
        values = (*(each[name] for each in figures), *ends)
        shown = ("not defined" if math.isnan(value) else f"{value:.4f}" for value in values)
        table.add_row(printable_text(name.replace("_", " ")), *shown)
    output().print(table)


def _again(context: typer.Context) -> str:
    """Returns the command line that continues the run, quoted for a shell."""
    arguments = context.meta[GIVEN_ARGUMENTS]
    return shlex.join(["langzoo", "train", *arguments, *([] if "--resume" in arguments else ["--resume"])])
