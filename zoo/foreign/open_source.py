"""Detection of the format of published weights."""

import struct
from collections.abc import Iterator
from pathlib import Path

from ...layers.plain.errors import UserError
from .foreign_families import checkpoint_configs
from .keras_hub_source import is_keras_hub, open_keras_hub
from .lfs_pointer import is_lfs_pointer, lfs_message
from .llama2c_source import MAGIC, open_llama2c
from .read_json import CONFIG_FILE, read_config
from .safetensors_source import INDEX_FILE, PICKLES, WEIGHTS_FILE, open_hugging_face, pickle_message
from .source import Source
from .tf_checkpoint_source import TFCheckpointSource, checkpoint_prefix

SNAPSHOTS, CACHED = "snapshots", "models--"
"""Names in a hub's cache: the folder of the snapshots of a model, and the prefix of the folder of its repository."""
ADAPTER_FILE = "adapter_config.json"


def open_source(path: str | Path) -> Source:
    """Opens published weights, in any of the supported formats.

    Args:
        path: a Hugging Face folder (`config.json` and safetensors); a preset of KerasHub; a folder with a
            TensorFlow checkpoint and `bert_config.json` or `hparams.json`, or the checkpoint's prefix; or a llama2.c
            `.bin` file.

    Raises:
        UserError: the path does not exist, or is of an unknown format or damaged.

    Example:
        >>> source = open_source("stories260K.bin")
        >>> source.kind, source.config["num_hidden_layers"], len(source.tensors)
        ('llama2c', 5, 47)
    """
    path = Path(path)
    if path.is_dir() and is_keras_hub(path):
        return open_keras_hub(path)
    _refuse_others(path)
    if path.is_dir():
        if any(path.glob("*.index")):
            return _open_checkpoint(path)
        return Source("hugging_face", read_config(path), path / CONFIG_FILE, open_hugging_face(path))
    if path.suffix in (".safetensors", ".json"):
        raise UserError(f"{path} is one file of a model: name its folder, {path.parent}")
    if path.is_file() and _may_be_llama2c(path):
        tensors = open_llama2c(path)
        return Source("llama2c", tensors.config, path, tensors)
    if not path.exists() and not path.with_name(path.name + ".index").exists():
        raise UserError(f"{path} does not exist: name a folder, a TensorFlow checkpoint or a llama2.c file")
    return _open_checkpoint(path)


def _refuse_others(path: Path) -> None:
    """Refuses formats that are not supported, and says what to do instead.

    Raises:
        UserError: the path has one of these formats.
    """
    if path.is_dir():
        if not any((path / name).exists() for name in (WEIGHTS_FILE, INDEX_FILE, *PICKLES)):
            _refuse_folder(path)
        return
    if not path.is_file():
        return
    if is_lfs_pointer(path):
        raise UserError(lfs_message(path))
    with open(path, "rb") as file:
        start = file.read(4)
    if start == b"GGUF" or path.suffix == ".gguf":
        raise UserError(
            f"{path} is a GGUF file, quantised weights for llama.cpp, which are not read: name the Hugging Face folder "
            "that it was made from; or, with torch and gguf installed, let transformers make it: AutoModelForCausalLM"
            f".from_pretrained({str(path.parent)!r}, gguf_file={path.name!r}).save_pretrained('new')"
        )
    if path.suffix == ".onnx":
        raise UserError(f"{path} is an ONNX graph, which is not read: name the Hugging Face folder it was made from")
    if path.suffix in (".h5", ".keras", ".msgpack"):
        raise UserError(f"{path} holds weights of Keras or Flax, which are not read: name a folder with safetensors")
    if path.suffix in (".bin", ".pt", ".pth", ".ckpt") and (start[:2] == b"PK" or start[:1] == b"\x80"):
        raise UserError(pickle_message(path.parent, path.name))


def _refuse_folder(folder: Path) -> None:
    adapter = folder / ADAPTER_FILE
    if adapter.is_file():
        base = read_config(folder, name=ADAPTER_FILE).get("base_model_name_or_path")
        of = f" of {str(base)[:80]!r}" if base else ""
        raise UserError(
            f"{folder} holds an adapter (LoRA){of} and no whole model: merge them first, with peft: "
            f"AutoPeftModelForCausalLM.from_pretrained({str(folder)!r}).merge_and_unload().save_pretrained('merged')"
        )
    snapshots = [each for place in _repositories(folder) for each in sorted((place / SNAPSHOTS).glob("*/"))]
    if snapshots:
        more = f" (it holds {len(snapshots)})" if len(snapshots) > 1 else ""
        raise UserError(f"{folder} is a hub's cache: name the folder of one model in it{more}, {snapshots[0]}")
    files = sorted(file for ending in (".gguf", ".onnx") for file in folder.glob(f"*{ending}"))
    if files and not any(folder.glob("*.index")):
        _refuse_others(files[0])


def _repositories(folder: Path) -> Iterator[Path]:
    """The folders of repositories in a hub's cache: the given one, or those inside it."""
    if folder.name == SNAPSHOTS:
        folder = folder.parent
    yield folder
    yield from sorted(folder.glob(f"{CACHED}*/"))
    yield from sorted(folder.glob(f"hub/{CACHED}*/"))


def _open_checkpoint(path: Path) -> Source:
    prefix = checkpoint_prefix(path)
    names = [*checkpoint_configs(), CONFIG_FILE]
    files = [prefix.parent / name for name in names if (prefix.parent / name).is_file()]
    if not files:
        raise UserError(f"{prefix.parent} holds no {' and no '.join(names)}: put the model's there")
    config = read_config(prefix.parent, name=files[0].name)
    return Source("tf_checkpoint", config, files[0], TFCheckpointSource(prefix))


def _may_be_llama2c(path: Path) -> bool:
    """Whether the path is not a file of a TensorFlow checkpoint; the reader checks the rest."""
    with open(path, "rb") as file:
        start = file.read(4)
    named = path.suffix == ".bin" or (len(start) == 4 and struct.unpack("<I", start)[0] == MAGIC)
    return named and path.name != "pytorch_model.bin"
