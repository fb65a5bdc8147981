"""langzoo evaluate."""

import dataclasses
import itertools
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..layers.plain.errors import UserError
from .console import facts_table, output, print_json, progress_bar
from .evaluation_tables import figure_text, print_report, print_worst
from .failure import say
from .measure_model import BY_ANSWERS, hidden_in_turn, measured, pairs_of, with_texts
from .model_reference import ModelReference
from .option_flags import asked_options
from .options import (
    ColumnsOption,
    FilesOption,
    JsonOption,
    LabelsOption,
    MetricOption,
    ReaderOption,
    ReaderSettingsOption,
    SkipBadOption,
    TrustOption,
    data_settings,
)
from .quiet_tensorflow import quiet_tensorflow
from .show_mixture import show_mixture
from .show_retrieval import show_retrieval

if TYPE_CHECKING:
    from ..trainers.evaluation import Evaluation

OF_EXPORTS = ("causal_lm", "seq2seq_lm", "text_encoder", *BY_ANSWERS)  # tasks whose exports can be evaluated
DIFFERENCE = "difference"
UNITS = {"label": "probability", "tags": "errors", "texts": "chrf_error"}  # of an example's error; else a difference
SIMILARITY = "sts"  # semantic textual similarity, one task that text encoders are evaluated on
RETRIEVAL = "retrieval"


def evaluate(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="A run directory; or the folder of a SavedModel or a .tflite file, of a causal model, a "
            "sequence-to-sequence model, a text encoder, a classifier or a tagger.",
            show_default=False,
        ),
    ],
    data: FilesOption,
    task: Annotated[
        str | None,
        typer.Option(
            help="For a text encoder: sts, sentence similarity on TSV files with sentence1, sentence2 and score; or "
            "retrieval, of the documents for each query, compared with BM25. For any model: a data set whose format "
            "the files have (langzoo list --kind data_set). For a run of several tasks: the task to evaluate.",
            show_default=False,
        ),
    ] = None,
    reader: ReaderOption = None,
    columns: ColumnsOption = [],  # noqa: B006
    labels: LabelsOption = None,
    skip_bad: SkipBadOption = False,
    reader_options: ReaderSettingsOption = [],  # noqa: B006
    metrics: MetricOption = [],  # noqa: B006
    option: Annotated[
        list[str],
        typer.Option(
            metavar="KEY=VALUE",
            help="A decoding option of langzoo generate, e.g. width=5, for metrics of generated texts (bleu, chrf, "
            "edit_distance); greedy by default.",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    max_tokens: Annotated[int, typer.Option(min=1, help="The longest text generated for such metrics.")] = 256,
    bootstrap: Annotated[
        int, typer.Option(min=0, help="Bootstrap samples for 95 % intervals, e.g. 1000; 0 for no intervals.")
    ] = 0,
    errors: Annotated[int, typer.Option(min=0, help="Show this many of the most confidently wrong examples.")] = 0,
    importance_samples: Annotated[
        int | None, typer.Option(min=1, metavar="K", help="For the tighter bound of a latent_lm model; 20 by default.")
    ] = None,
    beside: Annotated[
        list[str],
        typer.Option(
            "--with",
            metavar="MODEL",
            help="Another run of a causal model with the same vocabulary, to mix with the first; may be repeated.",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    cache: Annotated[
        int | None,
        typer.Option(metavar="N", help="Mix in the counts of the last N tokens, e.g. 500.", show_default=False),
    ] = None,
    cache_decay: Annotated[
        float, typer.Option(help="Weight of a token in the cache, relative to the next one; 1: all weigh the same.")
    ] = 1.0,
    held_out: Annotated[
        list[Path],
        typer.Option(
            help="Text to fit the weights of a mixture on; by default the first tenth of --data, which is then not "
            "scored.",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    weights: Annotated[
        str | None,
        typer.Option(help="Of a mixture, e.g. 0.6,0.3,0.1: one per model, then the cache.", show_default=False),
    ] = None,
    batch_size: Annotated[
        int, typer.Option(min=1, help="Texts or segments of text per batch; the result does not depend on it.")
    ] = 32,
    trust: TrustOption = False,
    as_json: JsonOption = False,
) -> None:
    """Evaluate a trained model: perplexity, labels, tags, answers, sentence similarity, or generated texts (BLEU)."""
    from ..trainers.data.sets import DATA_SETS

    reference = ModelReference.parse(model)
    if reference.heads():
        reference = reference.of_task(task)
        task = SIMILARITY if reference.task() == "text_encoder" else None
    settings = data_settings(
        reader=reader, reader_options=reader_options, columns=columns, skip_bad=skip_bad, labels=labels
    )
    if task is not None and (data_set := DATA_SETS.find(task)) is not None:
        if data_set.value.for_task(reference.task()).task == "text_encoder":
            task = SIMILARITY
        else:
            settings, task = data_set.value.settings(task, settings), data_set.value.task
            for key in ("objective.name", "monitor"):  # a trained model has its own
                settings.pop(key, None)
    _check_task(reference, task)
    if importance_samples is not None:
        reference.need_task("evaluate --importance-samples", "latent_lm")
        settings["objective.importance_samples"] = importance_samples
    quiet_tensorflow()
    if beside or cache is not None:
        if task is not None or metrics or option or bootstrap or errors:
            raise UserError("--with and --cache give perplexities only: leave other figures and --task out")
        show_mixture(
            [model, *beside],
            data,
            held_out=held_out,
            weights=weights,
            cache=cache,
            cache_decay=cache_decay,
            batch_size=batch_size,
            settings=settings,
            as_json=as_json,
        )
        return
    if held_out or weights is not None or cache_decay != 1.0:
        raise UserError("--held-out, --weights and --cache-decay are for mixtures: add --with MODEL or --cache N")
    from ..trainers.evaluation.evaluate_hidden_tokens import metrics_of_hidden_tokens
    from ..trainers.evaluation.evaluate_texts import metrics_of_texts
    from ..trainers.evaluation.label_report import LabelReport

    if task == RETRIEVAL:
        if bootstrap or errors:
            raise UserError(f"--bootstrap and --errors are not for --task {RETRIEVAL}: leave them out")
        show_retrieval(reference, data, settings, metrics=metrics, batch_size=batch_size, trust=trust, as_json=as_json)
        return
    if task == SIMILARITY:
        if settings or metrics or bootstrap or errors:
            raise UserError(f"--task {SIMILARITY} reads TSV files with sentence1, sentence2 and score as they are")
        _evaluate_similarity(reference, data, batch_size, trust, as_json)
        return
    of_texts = [name for name in metrics if name in metrics_of_texts()] if reference.task() == "seq2seq_lm" else []
    hidden = metrics_of_hidden_tokens() if reference.task() == "masked_lm" else []
    of_hidden = [name for name in metrics if name in hidden]
    if errors and of_hidden:
        raise UserError(f"--errors is not for --metric {of_hidden[0]}: langzoo score shows what each token gets")
    if option and not of_texts:
        raise UserError(f"--option is for --metric {' or '.join(metrics_of_texts())} of a sequence-to-sequence model")
    options, loaded = {"max_tokens": max_tokens, **asked_options({}, option)}, reference.open(trust=trust)
    others = [name for name in metrics if name not in (*of_texts, *of_hidden)]
    if of_hidden and not others:
        found, learning = hidden_in_turn(loaded, reference, data, settings, of_hidden)
    else:
        found, learning = measured(loaded, reference, data, batch_size, settings, others)
    if of_texts:
        found = with_texts(found, loaded, learning, data, of_texts, options, batch_size)
    kind = found.predictions.kind if found.predictions else ""
    if (bootstrap and not kind) or (errors and kind in ("", "latent")):
        raise UserError("--bootstrap and --errors are for models that predict labels, tags or numbers: leave them out")
    intervals = _intervals(found, [*metrics, *learning.training.metrics], bootstrap)
    worst = _worst(found, learning, data, errors)
    report = None if found.predictions is None else LabelReport.of(found.predictions)
    if as_json:
        more = {"intervals": intervals} if bootstrap else {}
        more |= {"errors": worst} if errors else {}
        print_json({"model": model, **found.summary(), **(report.summary() if report else {}), **more})
        return
    facts = {} if found.perplexity is None else {"perplexity": f"{found.perplexity:,.4f}"}
    facts |= {
        name.replace("_", " "): figure_text(name, value, found.predictions, intervals.get(name))
        for name, value in found.metrics.items()
        if value != found.loss  # the only term of a loss is the loss again
    }
    if not math.isnan(found.loss):
        facts["loss"] = f"{found.loss:.6f} {found.unit} per {found.item}"
    facts[f"{found.item}s"] = f"{found.tokens:,}"
    if not math.isnan(found.unknown_rate):
        facts["unknown tokens"] = f"{found.unknown_rate:.3%}"
    if found.cut_texts:
        facts["cut off"] = f"{found.cut_tokens:,} tokens of {found.cut_texts:,} texts, longer than the model reads"
    if found.bits_per_byte is not None:
        facts["bits per byte"] = f"{found.bits_per_byte:.6f} over {found.num_bytes:,} bytes"
    if found.skipped is not None:
        say(f"--data: {found.skipped}")
    if found.remark:
        say(found.remark)
    output().print(facts_table(facts))
    if report is not None:
        output().print()
        print_report(report)
    if worst:
        output().print()
        print_worst(worst)


def _intervals(found: "Evaluation", asked: list[str], samples: int) -> dict[str, tuple[float, float]]:
    if not samples or found.predictions is None:
        return {}
    from ..trainers.evaluation.metrics import bootstrap_intervals, directions_of

    known = directions_of(found.predictions.kind)  # others are means of the objective
    with progress_bar("sets drawn", total=samples) as progress:
        return bootstrap_intervals(
            found.predictions, [name for name in asked if name in known], samples=samples, progress=progress
        )


def _worst(found: "Evaluation", learning: Any, data: list[Path], most: int) -> list[dict[str, Any]]:
    """Returns the most confidently wrong examples, with their places in the files and their texts."""
    if not most or found.predictions is None:
        return []
    from ..trainers.evaluation.worst_examples import worst_examples

    examples = worst_examples(found.predictions, most)
    wanted = {example.number: None for example in examples}
    records = pairs_of(learning, data) if found.predictions.kind == "texts" else learning.records(data)
    records = itertools.islice(records, max(wanted, default=-1) + 1)
    places = {number: record for number, record in enumerate(records) if number in wanted}
    return [
        {
            "place": places[each.number].place,
            UNITS.get(found.predictions.kind, DIFFERENCE): each.weight,
            **_reference_and_prediction(each, places[each.number].values),
            "texts": {
                name: value if isinstance(value, str) else " ".join(value)
                for name, value in places[each.number].values.items()
                if name in ("text", "pair", "words", "source")
            },
        }
        for each in examples
    ]


def _check_task(reference: ModelReference, task: str | None) -> None:
    """Raises UserError for a task that is not the model's, or that its export does not support."""
    own = reference.task()
    if own is None:  # opening it reports the mistake
        return
    measured = SIMILARITY if own == "text_encoder" else own
    if task is None and measured == SIMILARITY:
        raise UserError(
            f"{reference.text} is a text_encoder model: add --task {SIMILARITY} and TSV files of pairs, or --task "
            f"{RETRIEVAL}"
        )
    if task == RETRIEVAL and measured == SIMILARITY:
        return
    if task not in (None, measured):
        raise UserError(f"--task {task} is not for a {own} model: leave it out, or use --task {measured}")
    if reference.kind != "run" and own not in OF_EXPORTS:
        raise UserError(
            f"{reference.text} is the export of a {own} model, which can only be evaluated from its run: name the "
            "run directory that it was exported from"
        )


def _reference_and_prediction(example: Any, values: Any) -> dict[str, str]:
    """Returns the correct and the predicted answer; of spans only the wrong ones, in the words of the text."""
    if example.spans is None:
        return {"reference": example.reference, "prediction": example.prediction}
    words = values["words"]
    between = "" if all(len(word) == 1 for word in words) else " "
    missed, wrong = (
        ", ".join(f"{label} {between.join(words[first:stop])}" for label, first, stop in spans) or "none"
        for spans in example.spans
    )
    return {"missed": missed, "wrong": wrong}


def _evaluate_similarity(
    reference: ModelReference, data: list[Path], batch_size: int, trust: bool, as_json: bool
) -> None:
    from ..trainers.data import read_scored_pairs
    from ..trainers.evaluation import evaluate_similarity

    pairs = read_scored_pairs(data)
    loaded = reference.open(trust=trust)
    with progress_bar("sentences read", total=2 * len(pairs)) as progress:
        found = evaluate_similarity(loaded, pairs, batch_size=batch_size, progress=progress)
    if as_json:
        print_json({"model": reference.text, "task": SIMILARITY, **dataclasses.asdict(found)})
        return
    facts = {
        "Spearman": f"{found.spearman:.4f}",
        "Pearson": f"{found.pearson:.4f}",
        "pairs": f"{found.pairs:,}",
        "time": f"{found.milliseconds_per_sentence:.2f} ms per sentence",
    }
    output().print(facts_table(facts))
