"""langzoo probe."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..layers.plain.errors import UserError
from .console import output, print_json, progress_bar, share_bar
from .evaluation_tables import figures_table
from .failure import say
from .label_settings import LABEL_TASK, label_settings
from .model_reference import ModelReference
from .options import (
    ColumnsOption,
    FilesOption,
    JsonOption,
    LabelsOption,
    ReaderOption,
    ReaderSettingsOption,
    RunArgument,
    SkipBadOption,
    data_settings,
)
from .picture_file import picture_format, write_picture
from .printable_text import printable_text
from .quiet_tensorflow import quiet_tensorflow

if TYPE_CHECKING:
    from ..trainers.data.labelled_texts import LabelledTexts
    from ..trainers.evaluation.probed_layer import ProbedLayer
    from ..zoo.tasks import TextModel

PART = 10  # one text in so many is held out if there is no --valid
BATCH_SIZE = 64  # the result does not depend on it


def probe(
    model: RunArgument,
    *,
    data: FilesOption,
    valid: Annotated[
        list[Path],
        typer.Option(
            "--valid",
            metavar="FILES...",
            help="Files to evaluate on; by default a tenth of --data, chosen by a hash of each text.",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    task: Annotated[
        str, typer.Option(help="text_classifier, or the name of a data set (langzoo list --kind data_set).")
    ] = LABEL_TASK,
    untrained: Annotated[
        bool, typer.Option("--untrained", help="Also evaluate the same body with new random weights.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random weights of --untrained.")] = 0,
    examples: Annotated[
        int, typer.Option(min=10, metavar="N", help="The maximum number of texts to learn from, and to evaluate on.")
    ] = 10_000,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="File for a plot (.png, .svg or .pdf); optional.", show_default=False),
    ] = None,
    reader: ReaderOption = None,
    columns: ColumnsOption = [],  # noqa: B006
    labels: LabelsOption = None,
    skip_bad: SkipBadOption = False,
    reader_options: ReaderSettingsOption = [],  # noqa: B006
    as_json: JsonOption = False,
) -> None:
    """Probe what a body has learnt: how well labels can be predicted from its layers, which are frozen."""
    format = picture_format(out)
    reference = ModelReference.parse(model)
    reference = reference.of_task(next(iter(reference.heads()), None))  # all heads have one body
    settings = data_settings(
        reader=reader, reader_options=reader_options, columns=columns, skip_bad=skip_bad, labels=labels
    )
    settings = label_settings(task, settings, what="a probe is")
    learnt, held_out = _texts(data, valid, settings, most=examples)
    quiet_tensorflow()
    from ..trainers.evaluation.probe import most_frequent_accuracy

    loaded = reference.load_run()
    found = _probed(loaded, learnt, held_out, "texts read")
    rows = {"accuracy": found}
    if untrained:
        rows["untrained"] = _probed(_untrained(loaded, seed), learnt, held_out, "texts read, untrained")
    frequent = most_frequent_accuracy(learnt.labels, held_out.labels)
    if out is not None:
        from ..trainers.evaluation.probe_picture import draw_probe

        beside = {name: each for name, each in rows.items() if each is not found}
        picture = draw_probe(found, beside=beside, most_frequent=frequent, name=str(model), format=format)
        write_picture(out, picture)
    if as_json:
        print_json(
            {
                "model": model,
                "texts": len(learnt),
                "validation_texts": len(held_out),
                "most_frequent_label": frequent,
                "layers": [dataclasses.asdict(each) for each in found],
                "untrained": [dataclasses.asdict(each) for each in rows["untrained"]] if untrained else None,
                "out": None if out is None else str(out),
            }
        )
        return
    if learnt.skipped:
        say(f"--data: {learnt.skipped}")
    _print(rows, frequent, learnt, held_out, out)


def _texts(
    data: list[Path], valid: list[Path], settings: dict[str, Any], *, most: int
) -> tuple["LabelledTexts", "LabelledTexts"]:
    """Returns the texts to learn from and the texts to evaluate on."""
    from ..trainers.data.labelled_texts import LabelledTexts
    from ..trainers.training_config import TrainingConfig

    config = TrainingConfig().for_task(LABEL_TASK).with_settings(settings)
    if config.objective.name != "label":
        raise UserError(f"a probe is for texts with one label each, not for the objective {config.objective.name}")
    learnt = LabelledTexts.from_files(data, config.data, names=config.data.labels)
    if valid:
        held_out = LabelledTexts.from_files(valid, config.data, names=learnt.names)
    else:
        learnt, held_out = learnt.held_out_split(every=PART)
        if not len(held_out) or not len(learnt):
            raise UserError("--data has too few texts to hold a tenth of them out: give --valid FILES, or more texts")
    learnt, held_out = learnt.at_most(most), held_out.at_most(most)
    if len(set(learnt.labels)) < 2:
        raise UserError(f"--data has only one label, {learnt.labels[0]!r}: there must be at least two")
    return learnt, held_out


def _probed(model: "TextModel", learnt: "LabelledTexts", held_out: "LabelledTexts", what: str) -> list["ProbedLayer"]:
    from ..trainers.evaluation.probe import probe as probe_layers
    from ..trainers.evaluation.probe import probed_layers
    from ..zoo.read_layers import read_layers

    vectors, done = [], 0
    with progress_bar(what, total=len(learnt) + len(held_out)) as progress:
        for part in (learnt, held_out):
            tell = lambda texts, before=done: progress(before + texts)  # noqa: E731
            vectors.append(read_layers(model, part.firsts, part.pairs, batch_size=BATCH_SIZE, progress=tell))
            done += len(part)
    with progress_bar("layers fitted", total=len(probed_layers(vectors[0]))) as progress:
        return probe_layers(
            vectors[0], learnt.labels, valid_vectors=vectors[1], valid_labels=held_out.labels, progress=progress
        )


def _untrained(model: "TextModel", seed: int) -> "TextModel":
    """Returns a model of the same configuration and tokenizer with new weights."""
    import keras

    from ..zoo.model_directory import build

    keras.utils.set_random_seed(seed)
    return build(model.config, name=model.name, task=model.task, tokenizer=model.tokenizer, options=model.options)


def _print(
    rows: dict[str, list["ProbedLayer"]],
    frequent: float,
    learnt: "LabelledTexts",
    held_out: "LabelledTexts",
    out: Path | None,
) -> None:
    table = figures_table("layer", *rows, "C", "")
    for each in zip(*rows.values(), strict=True):
        shares = (f"{layer.accuracy:.4f}" for layer in each)
        table.add_row(each[0].layer, *shares, f"{each[0].strength:g}", share_bar(each[0].accuracy))
    console = output()
    console.print(table)
    console.print(
        f"\nlogistic regression on the mean of the tokens' vectors, learnt from {len(learnt):,} texts, evaluated on "
        f"{len(held_out):,}; the most frequent label has {frequent:.4f}",
        soft_wrap=True,
    )
    if out is not None:
        console.print(f"drawn: {printable_text(str(out))}", soft_wrap=True)
