"""Export for LiteRT: for phones and small machines, without TensorFlow."""

import json
import os
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...layers.plain.errors import UserError
from ...layers.plain.export_layout import MANIFEST_FILE, TOKENIZER_FOLDER, TOKENS_FILE
from ...layers.plain.file_entry import file_entry
from ..atomic_file import replacing, temporary_folder
from ..disk_errors import disk_errors
from ..export_error import ExportError
from ..export_report import LEAST_AGREEMENT, ExportReport
from ..exporter import check_options, register_exporter
from ..staging import made_folder
from .manifest import describe_export, manifest_text

if TYPE_CHECKING:
    from ..tasks import TextModel
    from .programs import Program

QUANTIZATIONS = ("none", "float16", "int8")


@register_exporter("litert")
def export_litert(
    model: "TextModel",
    directory: Path | str,
    *,
    quantize: str = "none",
    sample: Sequence[str] | None = None,
    least_agreement: float = LEAST_AGREEMENT,
    manifest_facts: Mapping[str, Any] | None = None,
    progress: Callable[[str], None] | None = None,
    **lengths: Any,
) -> ExportReport:
    """Exports a model as a `.tflite` file for plain LiteRT and verifies that it behaves like the live model.

    The file is `<name>.tflite`, or `<name>.int8.tflite`. It has the signatures of its task's `litert_program`, needs no
    Flex operations, and appears once a process with neither langzoo nor TensorFlow has answered as the live model does
    (`compare_export`). After the model it contains a zip archive, like TensorFlow Lite's metadata, which any unzip
    opens:
    `manifest.json`, with signatures, the model's SHA-256 and what was measured; `tokenizer/`, as `load_tokenizer` reads
    it; and `tokens.json`, the printable names of all tokens.

    Args:
        model: a model with its tokenizer, under a float32 policy.
        directory: the folder of the file, e.g. `saved_models/my_model/litert`; created if missing.
        quantize: "none" (float32); "float16", half the size; or "int8": the matrices in int8, a quarter of the size,
            computed with float activations (dynamic range). Tables of counts are integers already and stay as they are.
        sample: real text in the file format of the task, preferably from the validation set. On it a quantised file
            must decide as the live model does (find the same most probable token, for instance), and the report shows
            the cost of quantisation. Without it the agreement is only measured, on tokens that the model draws itself
            or that are spread over the vocabulary.
        least_agreement: the share of cases, 0 to 1, in which a quantised file must do so.
        manifest_facts: name -> JSON value, additional entries of the manifest.
        progress: called with a line at every stage.
        **lengths: the fixed lengths, as named by the task: `prefill_lengths` and `context` of a causal model;
            `source_lengths` and `target_length` of an encoder-decoder; `lengths` of an encoder, each the length of a
            signature.

    Raises:
        ValueError: an unknown `quantize`, an invalid share, a length below 1, or a sample that is a single string.
        UserError: a length that the task does not have, the file exists, the sample is empty, the model has no
            tokenizer or is not float32, or its task is not exported.
        ExportError: the exported model differs from the live one, or does not run; nothing is left behind.
        OSError: the disk is full, or the folder cannot be written.

    Example:
        >>> import langzoo.zoo as zoo
        >>> from langzoo.layers.text import ByteTokenizer
        >>> model = zoo.create("lstm_tiny", tokenizer=ByteTokenizer())
        >>> export_litert(model, "exports/lstm_tiny/litert", quantize="int8").path.name
        'lstm_tiny.int8.tflite'
    """
    from .compare_export import compare_export
    from .programs import litert_program
    from .without_cudnn import without_cudnn

    directory, say = Path(directory), progress or (lambda line: None)
    _check(model, quantize, sample, least_agreement)
    model.need_tokenizer()
    check_options("litert", litert_program.dispatch(type(model)), lengths)
    path = directory / (f"{model.name}.tflite" if quantize == "none" else f"{model.name}.{quantize}.tflite")
    if os.path.lexists(path):
        raise UserError(f"{path} already exists; remove it or choose another folder")
    with disk_errors(), made_folder(directory), replacing(path) as staging, without_cudnn(model):
        program = litert_program(model, sample=sample, **lengths)
        signatures = _convert(program, staging, path, quantize=quantize, say=say)
        say("comparing with the live model, in a process without langzoo and TensorFlow")
        compared = compare_export(
            program,
            staging,
            kind="litert",
            quantize=quantize,
            real_text=sample is not None,
            least_agreement=least_agreement,
        )
        manifest = {
            **(manifest_facts or {}),
            **describe_export(model, kind="litert"),
            "quantize": quantize,
            "rows": list(program.rows),
            **program.facts,
            "signatures": signatures,
            "measured": compared,
            "model": file_entry(staging),
        }
        _append(staging, path, model.need_tokenizer(), manifest)
        size = staging.stat().st_size
    say(f"done: {path}")
    return ExportReport(path=path, signatures=tuple(signatures), bytes=size, **compared)


def _check(model: "TextModel", quantize: str, sample: Sequence[str] | None, least_agreement: float) -> None:
    if quantize not in QUANTIZATIONS:
        raise ValueError(f"export_litert: quantize must be one of {', '.join(QUANTIZATIONS)}, not {quantize!r}")
    if (
        isinstance(least_agreement, bool)
        or not isinstance(least_agreement, int | float)
        or not 0 <= least_agreement <= 1
    ):
        raise ValueError(f"export_litert: least_agreement must be a share from 0 to 1, not {least_agreement!r}")
    if isinstance(sample, (str, bytes)):
        raise ValueError("export_litert: sample must be a list of texts, not one string")
    if sample is not None and not any(text.strip() for text in sample):
        raise UserError("the text to try the export on is empty: give some, or none at all")
    if model.backbone.compute_dtype != "float32":
        raise UserError(
            f"LiteRT takes float32 models, and this one computes in {model.backbone.compute_dtype}: "
            "load the model under the float32 policy"
        )


def _convert(
    program: "Program", staging: Path, path: Path, *, quantize: str, say: Callable[[str], None]
) -> dict[str, Any]:
    """Writes the file that becomes `path`; returns its signatures as the manifest describes them."""
    import tensorflow as tf
    from tensorflow.lite.python.convert import ConverterError  # private: the converter's exception has no public name

    from .embedding_lookups import with_embedding_lookups
    from .write_signatures import write_signatures

    # From a SavedModel, since a converter for functions loses the signatures.
    with temporary_folder(path) as folder:
        described = write_signatures(program.signatures, folder, progress=say)
        say("converting")
        converter = tf.lite.TFLiteConverter.from_saved_model(str(folder), signature_keys=list(described))
        converter.exclude_conversion_metadata = True  # which would read the file once more, in Python
        if quantize != "none":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if quantize == "float16":
            converter.target_spec.supported_types = [tf.float16]
        try:
            data = converter.convert()
        except ConverterError as error:
            reason = str(error).strip().splitlines()[0][:300]
            raise ExportError(f"LiteRT's converter does not take this model: {reason}") from error
        staging.write_bytes(with_embedding_lookups(data) if quantize == "int8" else data)
    return described


def _append(staging: Path, path: Path, tokenizer: Any, manifest: dict[str, Any]) -> None:
    """Appends an archive to the model, which LiteRT ignores."""
    with temporary_folder(path) as folder:
        tokenizer.save_assets(folder)
        with zipfile.ZipFile(staging, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST_FILE, manifest_text(manifest))
            archive.writestr(TOKENS_FILE, json.dumps(tokenizer.tokens, ensure_ascii=False) + "\n")
            for file in sorted(folder.iterdir()):
                archive.write(file, TOKENIZER_FOLDER + file.name)
