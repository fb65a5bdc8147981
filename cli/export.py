"""langzoo export."""

import itertools
from pathlib import Path
from typing import Annotated, Literal

import typer

from ..layers.errors import UserError
from .console import facts_table, output, print_json, size_in_words, stage
from .model_reference import ModelReference
from .options import JsonOption
from .quiet_tensorflow import quiet_tensorflow
from .run_metrics import last_metrics

EXPORTS_FOLDER = Path("saved_models")
SAMPLE_TOKENS = 4096  # of real text that an int8 model is compared on


def export(
    model: Annotated[str, typer.Argument(metavar="RUN", help="A run directory.", show_default=False)],
    format: Annotated[
        Literal["saved_model", "litert", "huggingface"],
        typer.Option(
            help="saved_model for TF Serving and TensorFlow, litert for phones, huggingface for transformers."
        ),
    ] = "saved_model",
    quantize: Annotated[
        Literal["none", "int8"], typer.Option(help="Of litert: int8 is a quarter of the size and faster.")
    ] = "none",
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the version or .tflite file, or of huggingface itself; saved_models/NAME if left out.",
            show_default=False,
        ),
    ] = None,
    data: Annotated[
        list[Path],
        typer.Option(
            "--data",
            metavar="FILES...",
            help="Text that the int8 model and the live one must agree on.",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    as_json: JsonOption = False,
) -> None:
    """Export a model as a SavedModel, a LiteRT file or a folder for transformers, and check what was written."""
    if quantize != "none" and format != "litert":
        raise UserError(f"--quantize {quantize} is for --format litert; leave it out or add --format litert")
    if data and quantize == "none":
        raise UserError("--data is what --quantize int8 is checked on; leave it out or add --quantize int8")
    reference = ModelReference.parse(model)
    quiet_tensorflow()
    from ..trainers.data import check_text_files
    from ..trainers.run_card import training_facts
    from ..zoo.export import export_hugging_face, export_litert, export_saved_model, next_version

    files = check_text_files(data) if data else []
    loaded = reference.load_run(needs_tokenizer=format != "huggingface")
    base = EXPORTS_FOLDER / loaded.name if out is None else out
    if format == "saved_model":
        report = export_saved_model(
            loaded, next_version(base), metrics=_numbers(model), card_facts=training_facts(Path(model)), progress=stage
        )
    elif format == "huggingface":
        report = export_hugging_face(loaded, next_version(base / format) if out is None else _new(out), progress=stage)
    else:
        folder = base / "litert" if out is None else out
        sample = _sample(loaded.tokenizer, files) if files else None
        report = export_litert(loaded, folder, quantize=quantize, sample_ids=sample, progress=stage)
    summary = {
        "path": str(report.path),
        "format": format,
        "quantize": quantize,
        "signatures": list(report.signatures),
        "bytes": report.bytes,
        "largest_difference": report.largest_difference,
        "agreement": report.agreement,
    }
    if as_json:
        print_json(summary)
        return
    facts = {
        "exported": summary["path"],
        **({"signatures": ", ".join(report.signatures)} if report.signatures else {}),
        "size": size_in_words(report.bytes),
        "checked": f"differs from the live model by {report.largest_difference:.2g} at most",
    }
    if format == "huggingface":
        facts["checked"] = "the weights read back are those of the model"
    if report.agreement is not None:
        facts["agreement"] = (
            f"the same choice as the live model in {report.agreement:.2%} of {report.compared_tokens:,} cases"
        )
    output().print(facts_table(facts))


def _numbers(run: str) -> dict[str, float]:
    """What the run measured last, for the model card."""
    metrics = last_metrics(Path(run)) or {}
    return {name: value for name, value in metrics.items() if isinstance(value, int | float)}


def _new(out: Path) -> Path:
    """The folder; an empty one makes way for the one that will take its name."""
    if out.is_dir() and not any(out.iterdir()):
        out.rmdir()
    return out


def _sample(tokenizer, files: list[Path]) -> list[int]:
    """The first tokens of the files."""
    from ..trainers.data import read_text

    tokens = itertools.chain.from_iterable(tokenizer.tokenize(text).numpy().tolist() for text in read_text(files))
    return list(itertools.islice(tokens, SAMPLE_TOKENS))
