"""Weights in TensorFlow checkpoints."""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ...layers.plain.errors import UserError
from .lfs_pointer import is_lfs_pointer, lfs_message
from .source_tensors import SourceTensors

_NO_WEIGHT = re.compile(
    r"(^|.*/)(adam_[mv]|lamb_[mv]|Adam(_\d+)?|AdamW(eightDecay)?(Optimizer)?(_\d+)?|Adagrad|Momentum"
    r"|ExponentialMovingAverage|global_step|beta[12]_power(_\d+)?|(good|bad)_steps|(current_)?loss_scale\w*)$"
    r"|.*/\.OPTIMIZER_SLOT/.*|(.*/)?(optimizer|save_counter)/.*|_CHECKPOINTABLE_OBJECT_GRAPH$"
)
_POINTER_BYTES = 2**16


class TFCheckpointSource(SourceTensors):
    """The variables of a TensorFlow checkpoint, with names of version 1 or 2.

    Variables of an optimizer, step counters and non-numeric values are `ignored`.

    Args:
        prefix: the path without `.index`: `bert_model.ckpt`.

    Raises:
        UserError: a file is missing, damaged or truncated.

    Example:
        >>> TFCheckpointSource("uncased_L-12_H-768_A-12/bert_model.ckpt").shape("bert/pooler/dense/kernel")
        (768, 768)
    """

    def __init__(self, prefix: str | Path):
        import tensorflow as tf  # only here: other sources do not need it

        self._prefix = Path(prefix)
        if re.search(r"[*?[\\]", self._prefix.as_posix()):  # TensorFlow takes a path for a pattern
            raise UserError(f"{self._prefix}: TensorFlow finds no checkpoint with * ? [ or \\ in its path: rename it")
        data_size = _data_size(self._prefix)
        try:
            self._reader = tf.train.load_checkpoint(str(self._prefix))
            shapes = self._reader.get_variable_to_shape_map()
            dtypes = self._reader.get_variable_to_dtype_map()
        except (tf.errors.OpError, RuntimeError, ValueError) as error:
            raise UserError(f"{self._prefix}.index is not a checkpoint, or is damaged: copy it again") from error
        numbers = [name for name in sorted(shapes) if dtypes[name].is_floating or dtypes[name].is_integer]
        needed = sum(int(np.prod(shapes[name], dtype=object)) * dtypes[name].size for name in numbers)
        if data_size < needed:
            raise UserError(
                f"{self._prefix}.data-* are cut short, {needed - data_size:,} bytes are missing: copy them again"
            )
        weights = [name for name in numbers if not _NO_WEIGHT.match(name)]
        self.ignored = tuple(sorted(shapes.keys() - set(weights)))
        self._all_shapes = {name: tuple(shapes[name]) for name in weights}
        self._errors = (tf.errors.OpError, RuntimeError, ValueError)

    @property
    def _shapes(self) -> Mapping[str, tuple[int, ...]]:
        return self._all_shapes

    def _read(self, name: str) -> np.ndarray:
        try:
            array = np.asarray(self._reader.get_tensor(name))
        except self._errors as error:
            raise UserError(f"{self._prefix}: {name} cannot be read, a file is damaged: copy them again") from error
        return array.astype(np.float32) if array.dtype.name == "bfloat16" else array


def open_tf_checkpoint(path: str | Path) -> TFCheckpointSource:
    """Opens a TensorFlow checkpoint by its prefix, one of its files, or its folder.

    Args:
        path: `folder/bert_model.ckpt`, also with the suffix `.index` or `.data-00000-of-00001`, or `folder`; if it
            contains several checkpoints, the one named in its file `checkpoint`.

    Raises:
        UserError: there is no checkpoint, or there are several and none is named, or it is damaged.
    """
    return TFCheckpointSource(checkpoint_prefix(path))


def checkpoint_prefix(path: str | Path) -> Path:
    """The prefix that `open_tf_checkpoint` finds.

    Raises:
        UserError: there is no checkpoint, or there are several and none is named.
    """
    path = Path(path)
    if not path.is_dir():
        prefix = path.with_name(re.sub(r"\.(index|meta|data-\d{5}-of-\d{5})$", "", path.name))
        if not _beside(prefix, ".index").is_file():
            raise UserError(f"{prefix}.index is missing: name a TensorFlow checkpoint, or its folder")
        return prefix
    prefixes = sorted(file.with_suffix("") for file in path.glob("*.index"))
    if not prefixes:
        raise UserError(f"{path} contains no TensorFlow checkpoint (no file ends in .index)")
    if len(prefixes) == 1:
        return prefixes[0]
    latest = path / _latest_name(path / "checkpoint")
    if latest not in prefixes:
        raise UserError(f"{path} holds {len(prefixes)} checkpoints: name one, e.g. {prefixes[-1]}")
    return latest


def _latest_name(file: Path) -> str:
    """The name in a file `checkpoint`, without its folder, which may be of another machine."""
    if not file.is_file():
        return ""
    with open(file, "rb") as opened:
        text = opened.read(_POINTER_BYTES).decode("utf-8", errors="replace")
    found = re.search(r'^model_checkpoint_path:\s*"([^"]*)"', text, re.MULTILINE)
    return re.split(r"[/\\]", found[1])[-1] if found else ""


def _data_size(prefix: Path) -> int:
    """The total size of all data files in bytes."""
    files = list(prefix.parent.glob(f"{prefix.name}.data-*-of-*"))
    counts = {int(match[1]) for file in files if (match := re.search(r"-of-(\d{5})$", file.name))}
    if len(counts) != 1:
        raise UserError(f"{prefix}.data-00000-of-00001 is missing: copy the whole checkpoint again")
    (count,) = counts
    endings = [".index", *(f".data-{number:05d}-of-{count:05d}" for number in range(count))]
    for file in (_beside(prefix, ending) for ending in endings):
        if not file.is_file():
            raise UserError(f"{file} is missing: copy the whole checkpoint again")
        if is_lfs_pointer(file):
            raise UserError(lfs_message(file))
    return sum(file.stat().st_size for file in files)


def _beside(prefix: Path, ending: str) -> Path:
    return prefix.with_name(prefix.name + ending)
