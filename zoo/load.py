"""Loading of models."""

import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from ..layers.plain.errors import UserError
from ..layers.plain.read_json import read_json
from .foreign.sentence_transformer import MODULES_FILE
from .model_directory import CONFIG_FILE, MAX_DESCRIPTION_BYTES, load_run
from .registry import MODELS

if TYPE_CHECKING:
    from .tasks import TextModel

MAX_KERAS_CONFIG_BYTES = 100_000_000  # the tokenizer is in it
_SIGNS = (MODULES_FILE, "adapter_config.json", "snapshots", "models--*", "*.index", "*.gguf", "*.onnx")
_FOREIGN_FILES = (".bin", ".safetensors", ".gguf", ".onnx", ".h5", ".pt", ".pth", ".ckpt")


def load(path: str | Path, *, task: str | None = None) -> "TextModel":
    """Loads the model at a path, with its weights and its tokenizer.

    Args:
        path: a run directory, written by `train`, `save` or `langzoo import`; a folder or file of published weights,
            which is imported by `import_model` without writing a run; or a `.keras` file.

        task: for a model of several tasks, the name of the one to load; None for the whole model.

    Raises:
        UserError: the path is none of these (the message says what it is instead), or a file is damaged, altered, or
            written by a later version. The message is one line.

    Example:
        >>> save(create("lstm_tiny"), "a_folder")
        >>> load("a_folder").name
        'lstm_tiny'
    """
    if task is not None:
        return _head(load(path), task, path)
    path = Path(path)
    if (path / CONFIG_FILE).is_file() and not _of_others(path / CONFIG_FILE):
        return load_run(path)
    if path.suffix == ".keras" and path.is_file():
        return _load_keras(path)
    _refuse_exports(path)
    if _is_published(path):
        from .import_model import import_model

        return import_model(path)
    if not path.exists() and MODELS.find(str(path)) is not None:
        raise UserError(f"{path} is a named model, which has no weights yet: create({str(path)!r}) makes a new one")
    return load_run(path)  # which may have to be completed first, or reports what is missing


def _head(model: "TextModel", task: str, path: str | Path) -> "TextModel":
    from .tasks import MultiTask

    if not isinstance(model, MultiTask):
        raise UserError(f"{path} has only one head, for the task {model.task}: leave task out")
    return model.head(task)


def _of_others(config: Path) -> bool:
    """Whether a `config.json` was written by transformers or KerasHub."""
    try:
        described = read_json(config, max_bytes=MAX_DESCRIPTION_BYTES, mend="copy the whole folder again")
    except UserError:
        return False
    return "family" not in described and bool(described.keys() & {"model_type", "architectures", "class_name"})


def _is_published(path: Path) -> bool:
    """Whether a path looks like published weights; `import_model` reports what is wrong with them."""
    if path.is_dir():
        return (path / CONFIG_FILE).is_file() or any(any(path.glob(sign)) for sign in _SIGNS)
    return (path.is_file() and path.suffix in _FOREIGN_FILES) or path.with_name(f"{path.name}.index").is_file()


def _refuse_exports(path: Path) -> None:
    """Raises a `UserError` for a SavedModel or a LiteRT file that says how to open it."""
    lite = [path] if path.suffix == ".tflite" and path.is_file() else sorted(path.glob("*.tflite"))
    if lite:
        opened = f"langzoo.serving.open_lite_file({str(lite[0])!r})"
    elif any((folder / "saved_model.pb").is_file() for folder in (path, *path.glob("[0-9]*"))):
        opened = f"langzoo.serving.ExportedModel({str(path)!r})"
    else:
        return
    raise UserError(f"{path} is an export, which has no weights to change: {opened} opens it")


def _load_keras(path: Path) -> "TextModel":
    """The model of a `.keras` file."""
    import keras

    from .tasks import TextModel  # whose import registers the classes of tasks with Keras

    try:
        with zipfile.ZipFile(path) as archive:  # Keras reads all of it, whatever size it claims
            size = archive.getinfo(CONFIG_FILE).file_size
        if size > MAX_KERAS_CONFIG_BYTES:
            raise ValueError(f"{CONFIG_FILE} has {size:,} bytes, more than {MAX_KERAS_CONFIG_BYTES:,}")
        model = keras.models.load_model(path, compile=False)
    except MemoryError:
        raise
    except Exception as error:  # Keras raises all kinds of errors for a damaged file
        reason = re.sub(r"\s+", " ", str(error))[:200]
        raise UserError(f"{path} cannot be read as a .keras file ({type(error).__name__}: {reason})") from error
    if not isinstance(model, TextModel):
        raise UserError(f"{path} contains a {type(model).__name__} of Keras: load it with keras.models.load_model")
    return model
