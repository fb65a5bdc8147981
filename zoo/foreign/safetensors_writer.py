"""Writing of weights as safetensors for PyTorch."""

import json
import struct
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

_ALIGNMENT = 8


def write_safetensors(path: Path, tensors: Iterable[tuple[str, tuple[int, ...], Callable[[], np.ndarray]]]) -> None:
    """Writes float32 arrays in the safetensors format one by one, so that only one is in memory.

    Args:
        path: the file.
        tensors: name, shape, and a function that makes the array.

    Example:
        >>> write_safetensors(Path("one.safetensors"), [("x", (2,), lambda: np.ones(2, np.float32))])
        >>> Path("one.safetensors").stat().st_size % 8
        0
    """
    tensors = sorted(tensors, key=lambda tensor: tensor[0])
    # transformers does not load a file that does not state which library's layout its tensors have.
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    stop = 0
    for name, shape, _ in tensors:
        start, stop = stop, stop + 4 * int(np.prod(shape, dtype=object))
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [start, stop]}
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        for name, shape, read in tensors:
            array = np.asarray(read(), "<f4", order="C")
            if array.shape != shape:
                raise ValueError(f"{name} must have the shape {shape}, not {array.shape}")
            file.write(array.data)  # not array.tofile, whose error for a full disk does not say that it is full
