"""The header of a safetensors file, believed only after it is checked."""

import struct
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ...layers.plain.errors import UserError
from .lfs_pointer import is_lfs_pointer, lfs_message
from .read_json import parse_object

MAX_HEADER_BYTES = 100_000_000  # as in the format's own library

# bfloat16 is the upper half of a float32: read as integers, put together in SafetensorsSource.
DTYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": "<u2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "i1",
    "U64": "<u8",
    "U32": "<u4",
    "U16": "<u2",
    "U8": "u1",
    "BOOL": "?",
}
_MAX_RANK = 32
_MAX_SIZE = 2**62


class _Place(NamedTuple):
    """Where in a file a tensor lies: its type's name in `DTYPES`, its shape, and its first byte."""

    dtype: str
    shape: tuple[int, ...]
    offset: int


def read_header(path: Path) -> dict[str, _Place]:
    """The tensors of a safetensors file, in the order in which they lie there.

    The format: https://github.com/huggingface/safetensors#format. A header's length, a JSON object, the arrays; these
    must fill the rest of the file without gap or overlap.

    Args:
        path: the file.

    Returns:
        Name -> place.

    Raises:
        UserError: missing, cut short, or a header that does not fit its file: its own size, offsets, shapes, types.
    """
    try:
        if not path.is_file():
            raise UserError(f"{path} is missing: copy the whole folder again")
        if is_lfs_pointer(path):
            raise UserError(lfs_message(path))
        file_size = path.stat().st_size
        with open(path, "rb") as file:
            start = file.read(8)
            size = struct.unpack("<Q", start)[0] if len(start) == 8 else -1
            if not 2 <= size <= MAX_HEADER_BYTES:
                raise UserError(f"{path} is no safetensors file (a header of {size:,} bytes): copy it again")
            if 8 + size > file_size:
                raise UserError(f"{path} is cut short inside its header: copy it again")
            content = file.read(size)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    header = parse_object(content, f"{path}: its header")
    header.pop("__metadata__", None)
    found = [(name, *_check_entry(path, name, entry)) for name, entry in header.items()]
    places, end = {}, 0
    for name, dtype, shape, begin, stop in sorted(found, key=lambda item: (item[3], item[4])):
        if begin != end:
            fault = "overlaps the tensor before it" if begin < end else "leaves a gap before it"
            raise UserError(f"{path}: tensor {name[:80]!r} {fault}: the header is wrong, copy the file again")
        places[name] = _Place(dtype, shape, 8 + size + begin)
        end = stop
    missing = 8 + size + end - file_size
    if missing > 0:
        raise UserError(f"{path} is cut short, {missing:,} bytes are missing: copy it again")
    if missing < 0:
        raise UserError(f"{path} has {-missing:,} bytes that belong to no tensor: copy it again")
    return places


def _check_entry(path: Path, name: str, entry: Any) -> tuple[str, tuple[int, ...], int, int]:
    """Type, shape, first byte and the one behind the last, among the arrays."""
    place = f"{path}: tensor {name[:80]!r}"
    if not isinstance(entry, dict) or not entry.keys() >= {"dtype", "shape", "data_offsets"}:
        raise UserError(f"{place} has no dtype, shape and data_offsets: copy the file again")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise UserError(f"{place} is of type {str(dtype)[:20]!r}, which cannot be read: convert it to F32, F16 or BF16")
    if not _are_sizes(shape) or len(shape) > _MAX_RANK:
        raise UserError(f"{place} has the shape {str(shape)[:60]}, which cannot be: copy the file again")
    if not _are_sizes(offsets) or len(offsets) != 2:
        raise UserError(f"{place} has the offsets {str(offsets)[:60]}, which cannot be: copy the file again")
    begin, stop = offsets
    needed = int(np.prod(shape, dtype=object)) * np.dtype(DTYPES[dtype]).itemsize
    if stop - begin != needed:
        raise UserError(
            f"{place} has {stop - begin:,} bytes where {dtype} of shape {tuple(shape)} needs {needed:,}: copy the file "
            "again"
        )
    return dtype, tuple(shape), begin, stop


def _are_sizes(values: Any) -> bool:
    return isinstance(values, list) and all(type(value) is int and 0 <= value <= _MAX_SIZE for value in values)
