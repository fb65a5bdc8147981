"""Evaluating a model of any kind, live or exported."""

import dataclasses
import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .console import progress_bar
from .failure import say
from .model_reference import ModelReference

if TYPE_CHECKING:
    from ..layers.text import Tokenizer
    from ..trainers.evaluation import Evaluation

BY_ANSWERS = ("text_classifier", "token_tagger")  # tasks whose exports are evaluated by their answers


def measured(
    loaded: Any,
    reference: ModelReference,
    data: list[Path],
    batch_size: int,
    settings: dict[str, Any],
    metrics: list[str],
) -> tuple["Evaluation", Any]:
    """Evaluates a model; returns the result and the task's learning, which knows how the files are read."""
    from ..trainers.evaluation import evaluate as evaluate_model
    from ..trainers.evaluation import (
        evaluate_answers,
        evaluate_export,
        evaluate_pairs_export,
        remark_on_context,
        training_of_export,
    )
    from ..trainers.evaluation.metrics import check_metrics
    from ..trainers.run_description import training_of
    from ..trainers.tasks import training_class
    from ..zoo.tasks import TextModel

    live = isinstance(loaded, TextModel)
    if not live and loaded.task == "seq2seq_lm":  # whose exports score pairs directly
        training = training_of_export(loaded.manifest).with_settings(settings)
        learning = training_class(loaded.task)(training, config=None)
        with progress_bar("target tokens evaluated") as progress:
            asked = {"reader": _pair_reader(learning), "batch_size": batch_size, "progress": progress}
            return evaluate_pairs_export(loaded, data, **asked), learning
    if live:
        training = training_of(Path(reference.text), loaded, head=reference.head)
    else:
        training = training_of_export(loaded.manifest)
    training = training.with_settings(settings)
    if not live and loaded.task in BY_ANSWERS:
        learning = training_class(loaded.task)(training, config=None, options=loaded.manifest["options"])
        with progress_bar("texts read") as progress:
            asked = {"batch_size": batch_size, "metrics": [*metrics, *training.metrics], "progress": progress}
            return evaluate_answers(loaded, learning, data, **asked), learning
    tokenizer = loaded.need_tokenizer() if live else _tokenizer(loaded)
    if not live and (remark := remark_on_context(loaded.manifest)):
        say(remark)
    # Windows does not delete a file that is mapped into memory; it is then left to the system's own cleaning.
    with tempfile.TemporaryDirectory(prefix="langzoo-", ignore_cleanup_errors=True) as cache:
        with progress_bar("characters read") as progress:
            config = loaded.config if live else None
            options = loaded.options if live else None
            learning = training_class(loaded.task)(training, config=config, tokenizer=tokenizer, options=options)
            corpus: Any = learning.read(data, cache=cache, progress=progress)
        with progress_bar("tokens evaluated", total=len(corpus)) as progress:
            asked: dict[str, Any] = {"batch_size": batch_size, "training": training, "progress": progress}
            if live:
                return evaluate_model(loaded, corpus, metrics=metrics, **asked), learning
            check_metrics(metrics, "")
            return evaluate_export(loaded, corpus, tokenizer=tokenizer, **asked), learning


def with_texts(
    found: "Evaluation",
    loaded: Any,
    learning: Any,
    data: list[Path],
    metrics: list[str],
    options: dict[str, Any],
    batch_size: int,
) -> "Evaluation":
    """Returns the evaluation with the figures of the texts that the model generates."""
    from ..trainers.evaluation import evaluate_texts

    with progress_bar("texts written") as progress:
        figures, predictions = evaluate_texts(
            loaded, pairs_of(learning, data), metrics=metrics, batch_size=batch_size, progress=progress, **options
        )
    return dataclasses.replace(found, metrics={**figures, **found.metrics}, predictions=predictions)


def hidden_in_turn(
    loaded: Any, reference: ModelReference, data: list[Path], settings: dict[str, Any], metrics: list[str]
) -> tuple["Evaluation", Any]:
    """Evaluates a masked model on every token of the lines of files, masking one token at a time."""
    from ..trainers.evaluation import Evaluation
    from ..trainers.evaluation.evaluate_hidden_tokens import evaluate_hidden_tokens
    from ..trainers.run_description import training_of
    from ..trainers.tasks import training_class

    training = training_of(Path(reference.text), loaded, head=reference.head).with_settings(settings)
    made = {"config": loaded.config, "tokenizer": loaded.need_tokenizer(), "options": loaded.options}
    learning = training_class(loaded.task)(training, **made)

    def texts() -> Any:
        return (record.values["text"] for record in learning.reader(["text"], default="lines").records(data))

    with progress_bar("texts, each token hidden once", total=sum(1 for _ in texts())) as progress:
        figures, predictions = evaluate_hidden_tokens(loaded, texts(), metrics=metrics, progress=progress)
    scores = [each for row in predictions.predictions for each in row]
    tokenizer = loaded.tokenizer
    unknown = None if tokenizer.unknown_id is None else tokenizer.tokens[tokenizer.unknown_id]
    found = Evaluation(
        tokens=len(scores),
        loss=-math.fsum(scores) / len(scores),
        unknown_rate=sum(row.count(unknown) for row in predictions.references) / len(scores),
        num_bytes=None,
        item="hidden token",
        is_surprise=False,
        metrics=figures,
        predictions=predictions,
    )
    return found, learning


def pairs_of(learning: Any, data: list[Path]) -> Any:
    """Returns the records of files of pairs."""
    return _pair_reader(learning).records(data)


def _pair_reader(learning: Any) -> Any:
    from ..trainers.data.pair_corpus import SIDES

    return learning.reader(SIDES, default="pairs")


def _tokenizer(exported: Any) -> "Tokenizer":
    """Returns the tokenizer of an export as a layer, which reads a text of any length."""
    from ..layers.text import load_tokenizer

    with tempfile.TemporaryDirectory(prefix="langzoo-") as folder:
        for name, content in exported.tokenizer_files.items():
            if Path(name).name == name:  # the names are not trusted
                (Path(folder) / name).write_bytes(content)
        return load_tokenizer(folder)
