"""langzoo baseline."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ..layers.plain.errors import UserError
from .console import output, plain_table, print_json, progress_bar
from .failure import say
from .label_settings import LABEL_TASK, label_settings
from .model_reference import ModelReference
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

UNITS = ("auto", "words", "characters")
BATCH_SIZE = 32  # of the run; the result does not depend on it


def baseline(
    *,
    data: FilesOption,
    valid: Annotated[
        list[Path], typer.Option("--valid", metavar="FILES...", help="Files to evaluate on.", show_default=False)
    ],
    task: Annotated[
        str, typer.Option(help="text_classifier, or the name of a data set (langzoo list --kind data_set).")
    ] = LABEL_TASK,
    units: Annotated[
        str,
        typer.Option(
            "--words", metavar="UNITS", help="The units to count: words, characters, or auto, as suits the text."
        ),
    ] = "auto",
    run: Annotated[
        Path | None, typer.Option(help="A trained run to evaluate on the same texts.", show_default=False)
    ] = None,
    reader: ReaderOption = None,
    columns: ColumnsOption = [],  # noqa: B006
    labels: LabelsOption = None,
    skip_bad: SkipBadOption = False,
    reader_options: ReaderSettingsOption = [],  # noqa: B006
    metrics: MetricOption = [],  # noqa: B006
    as_json: JsonOption = False,
) -> None:
    """Evaluate the baselines that a text classifier must beat: naive Bayes, and logistic regression on TF-IDF."""
    if units not in UNITS:
        raise UserError(f"--words must be {', '.join(UNITS[:-1])} or {UNITS[-1]}, not {units!r}")
    settings = data_settings(
        reader=reader, reader_options=reader_options, columns=columns, skip_bad=skip_bad, labels=labels
    )
    settings = label_settings(task, settings, what="baselines are")
    quiet_tensorflow()
    predictions, skipped, of_run = _predictions(data, valid, settings, task=task, units=units, run=run)
    from ..trainers.evaluation.metrics import measure

    asked = list(dict.fromkeys([*metrics, *settings.get("metrics", [])]))
    rows = {name: measure(each, asked) for name, each in predictions.items()}
    if run is not None:
        rows[str(run)] = {name: of_run[name] for name in next(iter(rows.values())) if name in of_run}
    if as_json:
        print_json({"texts": len(next(iter(predictions.values()))), "metrics": rows})
        return
    for option, summary in skipped.items():
        if summary:
            say(f"{option}: {summary}")
    table = plain_table()
    table.add_column("", overflow="fold", min_width=12)
    figures = list(next(iter(rows.values())))
    for figure in figures:
        table.add_column(figure.replace("_", " "), justify="right", no_wrap=True)
    for name, own in rows.items():
        table.add_row(printable_text(name), *(f"{own[figure]:.4f}" if figure in own else "" for figure in figures))
    output().print(table)


def _predictions(
    data: list[Path], valid: list[Path], settings: dict[str, Any], *, task: str, units: Any, run: Path | None
) -> tuple[Any, dict[str, Any], dict[str, float]]:
    """Returns the predictions of the baselines, a summary of the skipped records, and the figures of the run."""
    from ..trainers.baselines import baselines
    from ..trainers.data.labelled_texts import LabelledTexts
    from ..trainers.training_config import TrainingConfig

    config = TrainingConfig().for_task(LABEL_TASK).with_settings(settings)
    if config.objective.name != "label":
        raise UserError(f"baselines are for texts with one label each, not for the objective {config.objective.name}")
    of_run: dict[str, float] = {}
    names = config.data.labels
    if run is not None:
        of_run, names = _of_run(run, valid, settings, task=task)
    learnt = LabelledTexts.from_files(data, config.data, names=names)
    if len(set(learnt.labels)) < 2:
        raise UserError(f"--data has only one label, {learnt.labels[0]!r}: there must be at least two")
    held_out = LabelledTexts.from_files(valid, config.data, names=learnt.names)
    with progress_bar("models fitted", total=2) as progress:
        found = baselines(
            learnt.texts,
            learnt.labels,
            valid_texts=held_out.texts,
            valid_labels=held_out.labels,
            names=learnt.names,
            units=units,
            progress=progress,
        )
    return found, {"--data": learnt.skipped, "--valid": held_out.skipped}, of_run


def _of_run(run: Path, valid: list[Path], settings: dict[str, Any], *, task: str) -> tuple[dict[str, float], list[str]]:
    """Returns the figures of a run on the same texts, and its labels; of several tasks, those of the one asked for."""
    from .measure_model import measured

    reference = ModelReference.parse(str(run))
    if reference.heads():
        reference = reference.of_task(task)
    if reference.kind != "run" or reference.task() != LABEL_TASK:
        raise UserError(f"--run {run} is not the run of a {LABEL_TASK}: name the run directory of one")
    own = {key: value for key, value in settings.items() if key not in ("objective.name", "monitor")}
    found, _ = measured(reference.open(), reference, valid, BATCH_SIZE, own, [])
    assert found.predictions is not None  # classifiers always have them
    return dict(found.metrics), list(found.predictions.labels)
