"""langzoo export."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError
from ..layers.plain.export_layout import MANIFEST_FILE
from ..layers.plain.size_in_words import size_in_words
from ..zoo.export.litert import QUANTIZATIONS
from ..zoo.exporter import find_exporter
from ..zoo.staging import is_version, next_version, refuse_existing
from .console import facts_table, output, print_json, stage
from .model_reference import ModelReference
from .options import HeadOption, JsonOption
from .quiet_tensorflow import quiet_tensorflow
from .settings import parse_settings

if TYPE_CHECKING:
    from ..zoo.export_report import ExportReport
    from ..zoo.tasks import TextModel

EXPORTS_FOLDER = Path("saved_models")
_CONTEXT = {"causal_lm": "context", "seq2seq_lm": "target_length"}  # each task's name for its longest text


def export(
    model: Annotated[str, typer.Argument(metavar="RUN", help="A run directory.", show_default=False)],
    format: Annotated[
        str,
        typer.Option(
            help="saved_model for TF Serving and TensorFlow, litert (or tflite) for phones, huggingface (or hf) for "
            "transformers, keras_hub for KerasHub, arpa for KenLM, or another of langzoo list --kind exporter."
        ),
    ] = "saved_model",
    quantize: Annotated[
        str, typer.Option(help="For litert: none; float16, half the size; or int8, a quarter of it, and faster.")
    ] = "none",
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the version or the .tflite file, or the huggingface folder; by default saved_models/NAME.",
            show_default=False,
        ),
    ] = None,
    data: Annotated[
        list[Path],
        typer.Option(
            "--data",
            metavar="FILES...",
            help="Text on which the quantised model must agree with the live one; the loss of quality is reported.",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    min_agreement: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="For --quantize with --data: the share of cases, 0 to 1, in which the file must agree with the live "
            "model; 0.98 by default.",
            show_default=False,
        ),
    ] = None,
    context: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="For litert: tokens of the longest text; by default the model's own limit, 1,024 at most.",
            show_default=False,
        ),
    ] = None,
    portable: Annotated[
        bool,
        typer.Option("--portable", help="For saved_model: refuse a model that does not run without TensorFlow Text."),
    ] = False,
    option: Annotated[
        list[str],
        typer.Option(
            metavar="KEY=VALUE",
            help="An option of the exporter, or of another package's; may be given several times.",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    head: HeadOption = None,
    as_json: JsonOption = False,
) -> None:
    """Export a model to a SavedModel, a LiteRT file, a folder for transformers or KerasHub, or ARPA, and check it."""
    asked = parse_settings(option, flag="--option", example="lengths=[64]")
    format, _ = find_exporter(format)
    if quantize not in QUANTIZATIONS:
        raise UserError(unknown_name_message("quantization", quantize, QUANTIZATIONS))
    if quantize != "none" and format != "litert":
        raise UserError(f"--quantize {quantize} is for --format litert; leave it out or add --format litert")
    if data and quantize == "none":
        raise UserError("--data is for checking --quantize; leave it out, or add --quantize int8 or float16")
    if min_agreement is not None and not data:
        raise UserError(
            "--min-agreement is for --quantize, on the text of --data: add --format litert --quantize int8 --data FILES"
        )
    if min_agreement is not None and not 0 <= min_agreement <= 1:
        raise UserError(f"--min-agreement must be a share from 0 to 1, not {min_agreement:g}")
    if out is not None:
        _check_out(out, format)
    if portable and format != "saved_model":
        raise UserError(f"--portable is for --format saved_model, not {format}: leave it out")
    reference = ModelReference.parse(model).of_task(head)
    if context is not None and (format != "litert" or reference.task() not in ("causal_lm", "seq2seq_lm")):
        raise UserError("--context is for --format litert of models that write text: leave it out")
    quiet_tensorflow()
    from ..trainers.data import check_text_files, read_text
    from ..trainers.run_card import training_facts
    from ..trainers.run_description import training_of
    from ..trainers.run_metrics import evaluation_facts
    from ..zoo.export_model import export_model

    files = check_text_files(data) if data else []
    loaded = reference.load_run(needs_tokenizer=format in ("saved_model", "litert"))
    # The training settings that langzoo evaluate needs to read a text as it would for the run.
    training = training_of(Path(model), loaded, head=reference.head)
    facts_of_text = {"evaluation": {"arrangement": training.data.arrangement}}
    name = "-".join(filter(None, (loaded.name, reference.head)))
    base = EXPORTS_FOLDER / name if out is None else out
    directory, given = base, {"progress": stage}
    if format == "saved_model":
        figures = evaluation_facts(model, head=reference.head)
        given |= {"metrics": figures, "card_facts": training_facts(Path(model)), "portable": portable}
        given |= {"manifest_facts": facts_of_text}
    else:
        directory = next_version(base / format) if out is None else out
    if format == "litert":
        sample = list(read_text(files)) if files else None
        given |= {"quantize": quantize, "sample": sample, "manifest_facts": facts_of_text}
        given |= {} if context is None else {_CONTEXT[loaded.task]: context}
        given |= {} if min_agreement is None else {"least_agreement": min_agreement}
    for name in asked.keys() & given.keys():
        raise UserError(f"--option {name} is set by langzoo export itself, from its other flags: leave it out")
    try:
        report = export_model(loaded, directory, format=format, **given, **asked)
    except ValueError as error:
        if not asked or isinstance(error, UserError):
            raise
        raise UserError(f"--option {', '.join(option)}: {error}") from error
    summary = {
        "path": str(report.path),
        "format": format,
        "quantize": quantize,
        "signatures": list(report.signatures),
        "bytes": report.bytes,
        "largest_difference": report.largest_difference,
        "agreement": report.agreement,
        **({"live": dict(report.live), "exported": dict(report.exported)} if report.exported else {}),
    }
    if as_json:
        print_json(summary)
        return
    facts = {
        "exported": summary["path"],
        **({"signatures": ", ".join(report.signatures)} if report.signatures else {}),
        "size": _size(report, loaded, quantize),
        "checked": f"differs from the live model by {report.largest_difference:.2g} at most",
    }
    if format == "huggingface":
        facts["checked"] = "the weights read back are those of the model"
    if report.agreement is not None:
        facts["agreement"] = (
            f"the same choice as the live model in {report.agreement:.2%} of {report.compared_tokens:,} cases"
        )
    for name, value in report.exported.items():
        live = f", {report.live[name]:.4g} live, on {report.targets:,} of your data" if report.live else ""
        facts[name] = f"{value:.4g}{live}"
    output().print(facts_table(facts))


def _size(report: "ExportReport", model: "TextModel", quantize: str) -> str:
    size = size_in_words(report.bytes)
    return (
        size if quantize == "none" else f"{size}; the weights in float32 are {size_in_words(4 * model.count_params())}"
    )


def _check_out(out: Path, format: str) -> None:
    """Rejects a path that cannot be written to, before minutes of work.

    Raises:
        UserError: It is a file or an export; or, if the export is the folder itself, the folder is not empty.
    """
    if os.path.lexists(out) and not out.is_dir():
        raise UserError(f"--out {out} is not a folder: name one")
    if (out / MANIFEST_FILE).exists():
        raise UserError(f"--out {out} is an export already: name {out.parent}, for its next version, or another folder")
    if format not in ("saved_model", "litert") or (format == "saved_model" and is_version(out)):
        refuse_existing(out)
