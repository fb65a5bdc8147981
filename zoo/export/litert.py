"""Export for LiteRT: phones and small machines, without TensorFlow."""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from ...layers.errors import UserError
from ..atomic_file import write_text
from ..signatures import LiteRTProgram
from .compare_litert import compare_litert
from .disk_errors import disk_errors
from .export_report import ExportReport
from .manifest import MANIFEST_FILE, describe_export, file_entry, hash_files, manifest_text
from .staging import staged_folder
from .without_cudnn import without_cudnn
from .write_signatures import write_signatures

if TYPE_CHECKING:
    from ..tasks import TextModel

QUANTIZATIONS = ("none", "int8")
TOKENIZER_FOLDER = "tokenizer"


def export_litert(
    model: "TextModel",
    directory: Path | str,
    *,
    quantize: str = "none",
    sample_ids: Sequence[int] | None = None,
    progress: Callable[[str], None] | None = None,
    **lengths: Any,
) -> ExportReport:
    """Writes a model as a `.tflite` file for plain LiteRT and makes sure that it does what the live one does.

    The folder gets `<name>.tflite`, or `<name>.int8.tflite`; `tokenizer/`, as `load_tokenizer` reads it; and
    `manifest.json`, with signatures, SHA-256 and what was measured. Both kinds of one model may lie in one folder. The
    file has the signatures of the task's `litert_program`, needs no Flex operations, and appears when a process with
    neither langzoo nor TensorFlow has answered as the live model does (`compare_litert`).

    Args:
        model: with its tokenizer, under a float32 policy.
        directory: a new folder, or that of an earlier LiteRT export of this model, e.g.
            `saved_models/my_model/litert`.
        quantize: "none" (float32) or "int8": the matrices in int8, a quarter of the size, computed with float
            activations (dynamic range). Tables of counts are integers already and stay as they are.
        sample_ids: tokens of real text, best of the validation set, on which int8 must decide as the live model (find
            the same most probable token, for instance) 98 times in 100; without them the agreement is only measured, on
            tokens that the model draws itself or that are taken from the whole vocabulary.
        progress: called with a line at every stage.
        **lengths: what must be fixed, as the task names it: `prefill_length` of a causal model, tokens that `prefill`
            takes at once; `source_length` and `target_length` of an encoder-decoder; `lengths` of an encoder, each the
            length of a signature.

    Raises:
        ValueError: unknown `quantize`, a length below 1, or `sample_ids` that are no tokens.
        UserError: the file exists, the folder holds something else, the model has no tokenizer or is not float32, or
            its task is not exported.
        ExportError: the exported model differs from the live one, or does not run; nothing is left behind.
        OSError: the disk is full, or the folder cannot be written.

    Example:
        >>> import langzoo.zoo as zoo
        >>> from langzoo.layers.text import ByteTokenizer
        >>> model = zoo.create("lstm_tiny", tokenizer=ByteTokenizer())
        >>> export_litert(model, "exports/lstm_tiny/litert", quantize="int8").path.name
        'lstm_tiny.int8.tflite'
    """
    directory, say = Path(directory), progress or (lambda line: None)
    _check(model, quantize, sample_ids)
    tokenizer = model.need_tokenizer()
    name = f"{model.name}.tflite" if quantize == "none" else f"{model.name}.{quantize}.tflite"
    described = describe_export(model, kind="litert")
    earlier = _earlier_manifest(directory, name, described)
    folder = staged_folder(directory) if earlier is None else _beside(directory, name)
    with folder as staging, without_cudnn(model), disk_errors():
        program = model.litert_program(sample_ids=sample_ids, **lengths)
        signatures = _convert(program, staging, name, quantize=quantize, say=say)
        tokenizer.save_assets(staging / TOKENIZER_FOLDER)
        if earlier is not None:
            _refuse_other_tokenizer(directory, staging, earlier)
        say("comparing with the live model, in a process without langzoo and TensorFlow")
        difference, agreement, compared = compare_litert(
            program, staging / name, quantize=quantize, real_text=sample_ids is not None
        )
        measured = {"largest_difference": difference, "agreement": agreement, "compared_tokens": compared}
        entry = {"quantize": quantize, **program.facts, "measured": measured, "signatures": signatures}
        before = earlier or {"models": {}, "files": hash_files(staging)}
        manifest = {
            **described,
            "models": {**before["models"], name: entry},
            "files": {**before["files"], name: file_entry(staging / name)},
        }
        size = (staging / name).stat().st_size
        write_text(staging / MANIFEST_FILE, manifest_text(manifest))
    say(f"done: {directory / name}")
    return ExportReport(
        path=directory / name,
        signatures=tuple(signatures),
        bytes=size,
        largest_difference=difference,
        agreement=agreement,
        compared_tokens=compared,
    )


def _check(model: "TextModel", quantize: str, sample_ids: Sequence[int] | None) -> None:
    if quantize not in QUANTIZATIONS:
        raise ValueError(f"export_litert: quantize must be one of {', '.join(QUANTIZATIONS)}, not {quantize!r}")
    if sample_ids is not None:
        ids, size = np.asarray(sample_ids), model.config.vocabulary_size
        if ids.ndim != 1 or not ids.size or ids.min() < 0 or ids.max() >= size:
            raise ValueError(f"export_litert: sample_ids must be one list of token ids in [0, {size}), and not empty")
    if model.backbone.compute_dtype != "float32":
        raise UserError(
            f"LiteRT takes float32 models, and this one computes in {model.backbone.compute_dtype}: "
            "load the model under the float32 policy"
        )


def _earlier_manifest(directory: Path, name: str, described: dict[str, Any]) -> dict[str, Any] | None:
    """The manifest of a LiteRT export of this model that the new one joins; None where there is no folder yet."""
    if not os.path.lexists(directory):
        return None
    if os.path.lexists(directory / name):
        raise UserError(f"{directory / name} already exists; remove it or choose another folder")
    other = f"{directory} already exists and holds no LiteRT export of this model; choose another folder"
    try:
        manifest = json.loads((directory / MANIFEST_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise UserError(other) from None
    same = ("format", "kind", "name", "family", "config", "tokenizer")
    if not isinstance(manifest, dict) or any(manifest.get(key) != described[key] for key in same):
        raise UserError(other)
    if not all(isinstance(manifest.get(key), dict) for key in ("models", "files")):
        raise UserError(other)
    return manifest


def _refuse_other_tokenizer(directory: Path, staging: Path, earlier: dict[str, Any]) -> None:
    for path in sorted((staging / TOKENIZER_FOLDER).iterdir()):
        name = f"{TOKENIZER_FOLDER}/{path.name}"
        if earlier["files"].get(name) != file_entry(path):
            raise UserError(f"{directory / name} is of another vocabulary than the model; choose another folder")


@contextlib.contextmanager
def _beside(directory: Path, name: str) -> Iterator[Path]:
    """A temporary folder inside an earlier export; on success the file moves out of it, and then the manifest."""
    staging = Path(tempfile.mkdtemp(prefix=".", suffix=".part", dir=directory))
    try:
        yield staging
        for path in (name, MANIFEST_FILE):
            with open(staging / path, "rb") as file:
                os.fsync(file.fileno())
            os.replace(staging / path, directory / path)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _convert(
    program: LiteRTProgram, directory: Path, name: str, *, quantize: str, say: Callable[[str], None]
) -> dict[str, Any]:
    """Writes the `.tflite` file; returns its signatures as the manifest describes them."""
    # From a SavedModel, since a converter that is given functions loses the signatures.
    with tempfile.TemporaryDirectory(dir=directory, prefix=".") as folder:
        described = write_signatures(program.signatures, folder, progress=say)
        say("converting")
        converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=list(described))
        if quantize == "int8":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        (directory / name).write_bytes(converter.convert())
    return described
