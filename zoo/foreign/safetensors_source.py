"""Weights in safetensors files, as Hugging Face publishes them."""

from collections.abc import Mapping
from pathlib import Path, PurePath

import numpy as np

from ...layers.plain.errors import UserError
from .read_array import read_array
from .read_json import read_json
from .safetensors_header import DTYPES, read_header
from .source_tensors import SourceTensors

WEIGHTS_FILE = "model.safetensors"
INDEX_FILE = "model.safetensors.index.json"
MAX_INDEX_BYTES = 2**26
PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json")
_CONVERSION = (
    "import glob, torch; from safetensors.torch import save_file; "
    "save_file({k: v.clone().contiguous() for f in sorted(glob.glob('pytorch_model*.bin')) "
    "for k, v in torch.load(f, map_location='cpu', weights_only=True).items()}, 'model.safetensors')"
)


class SafetensorsSource(SourceTensors):
    """The tensors of one safetensors file or of several, all of whose headers are checked at the start.

    Args:
        paths: the files.

    Raises:
        UserError: a file is missing, cut short or has a wrong header; or two hold the same tensor.

    Example:
        >>> tensors = SafetensorsSource(["model.safetensors"])
        >>> tensors["lm_head.weight"].dtype
        dtype('float32')
    """

    def __init__(self, paths):
        self._places = {}
        for path in map(Path, paths):
            for name, place in read_header(path).items():
                if name in self._places:
                    raise UserError(f"{path}: tensor {name[:80]!r} is in {self._places[name][0].name} too: remove one")
                self._places[name] = path, place
        self._all_shapes = {name: place.shape for name, (_, place) in self._places.items()}

    @property
    def _shapes(self) -> Mapping[str, tuple[int, ...]]:
        return self._all_shapes

    def file(self, name: str) -> Path:
        """The file that holds a tensor.

        Raises:
            UserError: no such tensor.
        """
        self._check(name)
        return self._places[name][0]

    def _read(self, name: str) -> np.ndarray:
        path, place = self._places[name]
        array = read_array(path, DTYPES[place.dtype], place.shape, place.offset)
        if place.dtype == "BF16":
            # Shifted in place of a second copy of the integers.
            wide = array.astype("<u4")
            wide <<= 16
            return wide.view("<f4")
        return array


def open_hugging_face(folder: str | Path) -> SafetensorsSource:
    """The weights in a folder of Hugging Face's: `model.safetensors`, or shards with their index.

    `pytorch_model.bin` is a pickle, which can run any code when it is read: it is never opened.

    Args:
        folder: the folder, with files that lie in it directly.

    Raises:
        UserError: no weights, or only a pickle; a shard that is missing, damaged, or outside the folder; an index and
            shards that do not hold the same tensors.

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
    """What to do with weights in a pickle."""
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
