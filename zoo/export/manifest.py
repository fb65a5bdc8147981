"""The manifest of an export, with its checksums. Importing this loads no TensorFlow."""

import importlib.metadata
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...layers.plain.export_layout import FORMAT, MANIFEST_FILE
from ...layers.plain.file_entry import file_entry
from ..staging import files_under

if TYPE_CHECKING:
    from ..tasks import TextModel


def describe_export(model: "TextModel", *, kind: str) -> dict[str, Any]:
    """The description of the model in a manifest; signatures and files are added by the exporter.

    Args:
        model: a model with its tokenizer.
        kind: "saved_model" or "litert".
    """
    import keras
    import tensorflow as tf

    from ..tasks import GenerativeModel

    tokenizer = model.need_tokenizer()
    return {
        "format": FORMAT,
        "kind": kind,
        "name": model.name,
        "task": model.task,
        "options": model.options,
        "family": model.config.family,
        "config": model.config.to_dict(),
        "parameters": model.count_params(),
        "versions": {
            "langzoo": importlib.metadata.version("langzoo"),
            "tensorflow": tf.__version__,
            "keras": keras.__version__,
        },
        "tokenizer": {
            "kind": tokenizer.kind,
            "options": tokenizer.options,
            "vocabulary_size": tokenizer.vocabulary_size,
            "start_id": tokenizer.start_id,
            "add_start": tokenizer.add_start,
            "end_id": tokenizer.end_id,
            "stop_ids": list(model.stop_ids() if isinstance(model, GenerativeModel) else tokenizer.stop_ids),
            "closing_id": tokenizer.closing_id,
            "mask_id": tokenizer.mask_id,
            "padding_id": tokenizer.padding_id,
            "unknown_id": tokenizer.unknown_id,
        },
    }


def hash_files(directory: Path) -> dict[str, dict[str, Any]]:
    """The SHA-256 and size of every file of a folder except its manifest, by relative path with forward slashes."""
    paths = {path.relative_to(directory).as_posix(): path for path in files_under(directory)}
    return {name: file_entry(path) for name, path in sorted(paths.items()) if name != MANIFEST_FILE}


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """The text of the manifest file."""
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
