"""langzoo predict."""

import contextlib
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from ..layers.plain.errors import UserError
from .answer_file import check_answer_file, writing_answers
from .answer_tables import print_answer
from .console import print_json, progress_bar
from .failure import say
from .model_reference import ModelReference
from .options import (
    ColumnsOption,
    HeadOption,
    JsonLinesOption,
    ModelArgument,
    ReaderOption,
    ReaderSettingsOption,
    TextOption,
    TrustOption,
    data_settings,
)
from .text_arguments import pairs_to_read
from .text_batches import text_batches

QUESTION_COLUMNS = ("question", "context")  # columns of tasks whose answer is a text itself


def predict(
    model: ModelArgument,
    text: TextOption = [],  # noqa: B006
    pair: Annotated[
        list[str], typer.Option(help="The second text of a pair, one for each --text.", show_default=False)
    ] = [],  # noqa: B006
    file: Annotated[
        Path | None,
        typer.Option(
            help="A text file, each line a text, or two texts separated by a tab; - is standard input.",
            show_default=False,
        ),
    ] = None,
    reader: ReaderOption = None,
    columns: ColumnsOption = [],  # noqa: B006
    reader_options: ReaderSettingsOption = [],  # noqa: B006
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write the texts and their answers to this file: JSON lines (.jsonl), or a table (.csv, .tsv).",
            show_default=False,
        ),
    ] = None,
    prompt_name: Annotated[
        str | None,
        typer.Option(help="Name of the text encoder's prompt to put before each text.", show_default=False),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="For a run of a Bayesian network: each word's share in the log-odds of the label."
        ),
    ] = False,
    head: HeadOption = None,
    trust: TrustOption = False,
    as_json: JsonLinesOption = False,
) -> None:
    """Classify, tag, rank or encode texts, or answer questions on texts (--pair), depending on the model."""
    reference = ModelReference.parse(model).of_task(head).need_command("predict")
    if out is not None:
        check_answer_file(out)
    settings = data_settings(reader=reader, reader_options=reader_options, columns=columns, skip_bad=False, labels=None)
    if settings and (file is None or text):
        raise UserError("--reader and --columns say how --file is read: name one, and leave --text out")
    pairs = _records(file, settings) if settings else pairs_to_read(text, pair, file, option="--pair")
    task = reference.task()
    if prompt_name is not None and task not in (None, "text_encoder"):
        raise UserError(f"{model} is a {task} model, which has no prompts: leave --prompt-name out")
    options = {} if prompt_name is None else {"prompt_name": prompt_name}
    if explain and (reference.kind in ("export", "litert") or task not in (None, "text_classifier")):
        raise UserError(
            f"--explain is for runs of Bayesian networks (naive_bayes, chow_liu), which {model} is not one of"
        )
    loaded = reference.open(trust=trust)
    done, told = 0, print_json if as_json else print_answer
    total = None if file else len(text) or None
    with (
        progress_bar("texts read", total=total, beside_results=out is None) as progress,
        writing_answers(out) if out is not None else contextlib.nullcontext(told) as tell,
    ):
        for batch in _batches(pairs):
            for result in _predict(loaded, loaded.explain if explain else loaded.answer, batch, options):
                tell(result)
            done += len(batch)
            progress(done)
    if out is not None:
        say(f"{done:,} answers written to {out}")


def _records(file: Path | None, settings: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Yields the texts of a file in the format of a reader."""
    from ..trainers.data.readers import READERS, check_reader_options

    name, own = settings.get("data.reader", "tsv"), settings.get("data.reader_options", {})
    check_reader_options(name, own)
    kind = READERS[name]
    found = kind(["text"], optional=["pair"], named=settings.get("data.columns"), may_be_empty=["text"], **own)
    files = kind.files([Path() if file is None else file])
    return ((record.values["text"], record.values.get("pair")) for record in found.records(files))


def _batches(pairs: Iterator[tuple[str, str | None]]) -> Iterator[list[tuple[str, ...]]]:
    """Yields batches in order, never mixing single texts and pairs."""
    for _, alike in itertools.groupby(pairs, key=lambda texts: texts[1] is None):
        yield from text_batches(tuple(text for text in texts if text is not None) for texts in alike)


def _predict(
    model: Any, answer: Callable[..., list[dict[str, Any]]], batch: list[tuple[str, ...]], options: dict[str, Any]
) -> list[dict[str, Any]]:
    """Yields the answer to each text or pair, including `text` and `pair`, or `question` and `context`."""
    names = QUESTION_COLUMNS if model.task == "span_extractor" else ("text", "pair")
    named = [dict(zip(names, texts, strict=False)) for texts in batch]
    sides = [list(side) for side in zip(*batch, strict=True)]
    return [{**texts, **found} for texts, found in zip(named, answer(*sides, **options), strict=True)]
