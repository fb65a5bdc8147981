"""Whatever the path names: the weights in it, and what they are weights of."""

import struct
from pathlib import Path

from ...layers.errors import UserError
from .llama2c_source import MAGIC, open_llama2c
from .read_json import CONFIG_FILE, read_config
from .safetensors_source import open_hugging_face
from .source import Source
from .tf_checkpoint_source import TFCheckpointSource, checkpoint_prefix

TF_CONFIG_FILES = ("bert_config.json", "hparams.json", CONFIG_FILE)  # Google's BERT, OpenAI's GPT-2


def open_source(path: str | Path) -> Source:
    """Opens weights that others published, of any of the formats that this package reads.

    Args:
        path: a folder of Hugging Face's (`config.json` and safetensors); a folder with a TensorFlow checkpoint and
            `bert_config.json` or `hparams.json`, or the checkpoint's prefix; or a llama2.c `.bin` file.

    Raises:
        UserError: nothing there, of no known format, or damaged.

    Example:
        >>> source = open_source("stories260K.bin")
        >>> source.kind, source.config["num_hidden_layers"], len(source.tensors)
        ('llama2c', 5, 47)
    """
    path = Path(path)
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


def _open_checkpoint(path: Path) -> Source:
    prefix = checkpoint_prefix(path)
    files = [prefix.parent / name for name in TF_CONFIG_FILES if (prefix.parent / name).is_file()]
    if not files:
        raise UserError(f"{prefix.parent} holds no {' and no '.join(TF_CONFIG_FILES)}: put the model's there")
    config = read_config(prefix.parent, name=files[0].name)
    return Source("tf_checkpoint", config, files[0], TFCheckpointSource(prefix))


def _may_be_llama2c(path: Path) -> bool:
    """Whether it is no file of a TensorFlow checkpoint; what it is, its reader says."""
    with open(path, "rb") as file:
        start = file.read(4)
    named = path.suffix == ".bin" or (len(start) == 4 and struct.unpack("<I", start)[0] == MAGIC)
    return named and path.name != "pytorch_model.bin"
