"""Weights in safetensors files, as Hugging Face publishes them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from ...layers.plain.errors import UserError
from .lfs_pointer import is_lfs_pointer, lfs_message
from .read_json import read_json
from .source_tensors import SourceTensors

WEIGHTS_FILE = "model.safetensors"
INDEX_FILE = "model.safetensors.index.json"
MAX_INDEX_BYTES = 2**26
PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json")
_DTYPES = ("F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL")
_MAX_RANK = 32  # far more than a weight has, and no more than NumPy takes
_MAX_REASON = 120  # characters of the library's message, which contains names from the file
_CONVERSION = (
    "import glob, torch; from safetensors.torch import save_file; "
    "save_file({k: v.clone().contiguous() for f in sorted(glob.glob('pytorch_model*.bin')) "
    "for k, v in torch.load(f, map_location='cpu', weights_only=True).items()}, 'model.safetensors')"
)


class SafetensorsSource(SourceTensors):
    """The tensors of one or several safetensors files, whose headers are all checked at the start.

    The format's own library opens the file for every tensor: no file stays mapped into memory, where one that shrinks
    would end the process.

    Args:
        paths: the files.

    Raises:
        UserError: a file is missing, truncated or has an invalid header; a number type is not supported; or two files
            contain the same tensor.

    Example:
        >>> tensors = SafetensorsSource(["model.safetensors"])
        >>> tensors["lm_head.weight"].dtype
        dtype('float32')
    """

    def __init__(self, paths):
        self._files: dict[str, Path] = {}
        self._all_shapes: dict[str, tuple[int, ...]] = {}
        for path in map(Path, paths):
            with _opened(path) as file:
                for name in file.offset_keys():
                    if name in self._files:
                        raise UserError(f"{path}: tensor {name[:80]!r} is in {self._files[name].name} too: remove one")
                    tensor = file.get_slice(name)
                    dtype, shape = tensor.get_dtype(), tuple(tensor.get_shape())
                    if dtype not in _DTYPES:
                        raise UserError(
                            f"{path}: tensor {name[:80]!r} is of type {dtype!r}, which cannot be read: convert it to "
                            "F32, F16 or BF16"
                        )
                    if len(shape) > _MAX_RANK:
                        raise UserError(f"{path}: tensor {name[:80]!r} has {len(shape)} axes: copy the file again")
                    self._files[name], self._all_shapes[name] = path, shape

    @property
    def _shapes(self) -> Mapping[str, tuple[int, ...]]:
        return self._all_shapes

    def file(self, name: str) -> Path:
        """The file that contains a tensor.

        Raises:
            UserError: there is no such tensor.
        """
        self._check(name)
        return self._files[name]

    def _read(self, name: str) -> np.ndarray:
        with _opened(self._files[name]) as file:
            array = file.get_tensor(name)
        return array.astype(np.float32) if array.dtype.name == "bfloat16" else array


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Opens the file with the library, which checks the header against the file; its errors become `UserError`."""
    # Here, since an installation for `.tflite` files alone lacks them but lists all exporters.
    import ml_dtypes  # noqa: F401  (bfloat16 for NumPy)
    from safetensors import SafetensorError, safe_open

    try:
        if not path.is_file():
            raise UserError(f"{path} is missing: copy the whole folder again")
        if is_lfs_pointer(path):
            raise UserError(lfs_message(path))
        with safe_open(path, "np") as file:
            yield file
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}") from error
    except SafetensorError as error:
        reason = str(error).removeprefix("Error while deserializing header: ")[:_MAX_REASON]
        raise UserError(f"{path} is not a safetensors file, or is damaged ({reason!r}): copy it again") from error


def open_hugging_face(folder: str | Path) -> SafetensorsSource:
    """Opens the weights in a Hugging Face folder: `model.safetensors`, or shards with their index.

    `pytorch_model.bin` is a pickle, which can run any code when it is read: it is never opened.

    Args:
        folder: the folder that directly contains the files.

    Raises:
        UserError: there are no weights, or only a pickle; a shard is missing, damaged, or outside the folder; or the
            index and the shards list different tensors.

    Example:
        >>> open_hugging_face("t5-small").shape("shared.weight")
        (32128, 512)
    """
    folder = Path(folder)
    if (folder / WEIGHTS_FILE).exists():
        return SafetensorsSource([folder / WEIGHTS_FILE])
    if (folder / INDEX_FILE).exists():
        return _open_shards(folder)
    for name in PICKLES:
        if (folder / name).exists():
            raise UserError(pickle_message(folder, name))
    raise UserError(f"{folder} holds no {WEIGHTS_FILE} and no {INDEX_FILE}: name the folder of a model")


def pickle_message(folder: Path, name: str) -> str:
    """The advice for weights in a pickle."""
    return (
        f"{folder} holds its weights in {name}, a pickle, which may run any code when it is read: where you trust it, "
        f'run in that folder, with torch installed: python -c "{_CONVERSION}"'
    )


def _open_shards(folder: Path) -> SafetensorsSource:
    index = folder / INDEX_FILE
    weight_map = read_json(index, max_bytes=MAX_INDEX_BYTES).get("weight_map")
    if not isinstance(weight_map, dict) or not weight_map:
        raise UserError(f"{index} has no weight_map: copy it again")
    for shard in weight_map.values():
        plain = isinstance(shard, str) and PurePath(shard).name == shard and "\\" not in shard and ":" not in shard
        if not plain or not shard.endswith(".safetensors"):
            raise UserError(f"{index} names the shard {str(shard)[:80]!r}, which is no safetensors file of this folder")
    tensors = SafetensorsSource([folder / shard for shard in sorted(set(weight_map.values()))])
    for name, shard in weight_map.items():
        if name not in tensors or tensors.file(name).name != shard:
            raise UserError(f"{index}: tensor {name[:80]!r} is not in {shard}: copy the index and the shards again")
    for name in tensors:
        if name not in weight_map:
            raise UserError(
                f"{index} does not name tensor {name[:80]!r} of {tensors.file(name).name}: copy the index and the "
                "shards again"
            )
    return tensors
