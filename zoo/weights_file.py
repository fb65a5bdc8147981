"""Weights files: named arrays with a checksum."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy

from ..layers.plain.errors import UserError
from ..layers.plain.read_file import check_regular_file
from .atomic_file import replacing

HASH_KEY = "sha256"
# One entry for all, since the library writes several in any order, and equal runs must give equal files.
_ENTRY = "langzoo"


def write_tensors(path, tensors: Mapping[str, np.ndarray], metadata: Mapping[str, str] | None = None) -> None:
    """Writes arrays in the safetensors format, with a SHA-256 of names, types, shapes, bytes and metadata.

    Args:
        path: the file; an existing one stays until the new one is complete.
        tensors: name -> array; bfloat16 and all NumPy numbers.
        metadata: strings kept in the header.
    """
    arrays = {name: np.asarray(tensors[name], order="C") for name in sorted(tensors)}
    metadata = dict(metadata or {})
    header = {_ENTRY: json.dumps({**metadata, HASH_KEY: _digest(arrays, metadata)}, sort_keys=True)}
    with replacing(path) as temporary:
        temporary.touch()
        permissions = temporary.stat().st_mode
        safetensors.numpy.save_file(arrays, temporary, metadata=header)
        temporary.chmod(permissions)  # As the user's settings say; safetensors would make it private.


def read_tensors(path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Reads the arrays and metadata that `write_tensors` wrote.

    Raises:
        UserError: the file is missing, truncated or altered.
    """
    path = Path(path)
    check_regular_file(path, mend="copy the whole folder again")
    try:
        arrays = safetensors.numpy.load_file(path)
        metadata = _metadata(path)
    except (safetensors.SafetensorError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UserError(f"{path} is damaged: {error}") from None
    expected = metadata.pop(HASH_KEY, None)
    if expected is None:
        raise UserError(f"{path} carries no hash, so langzoo did not write it")
    if expected != _digest(dict(sorted(arrays.items())), metadata):
        raise UserError(f"{path} is damaged or was altered: its hash does not match its content")
    return arrays, metadata


def stored_metadata(path) -> dict[str, str] | None:
    """Reads the metadata that `write_tensors` wrote, without the arrays; None if there is none to read."""
    try:
        return _metadata(Path(path))
    except (OSError, safetensors.SafetensorError, ValueError, KeyError, TypeError, RecursionError):
        return None


def assign_tensors(weights: Mapping[str, Any], tensors: Mapping[str, np.ndarray], path) -> None:
    """Assigns arrays to Keras variables by name; the names of both must match exactly.

    Raises:
        UserError: a name or shape that the other side does not have.
    """
    missing, unused = sorted(weights.keys() - tensors.keys()), sorted(tensors.keys() - weights.keys())
    if missing or unused:
        first = f"it lacks {missing[0]}" if missing else f"the model has no {unused[0]}"
        raise UserError(f"{path} belongs to another model: {first} ({len(missing)} missing, {len(unused)} unused)")
    for name, weight in weights.items():
        if tuple(weight.shape) != tensors[name].shape:
            raise UserError(
                f"{path} belongs to another model: {name} has shape {tensors[name].shape}, not {tuple(weight.shape)}"
            )
    for name, weight in weights.items():
        weight.assign(tensors[name])


def _digest(arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str]) -> str:
    digest = hashlib.sha256(json.dumps(dict(sorted(metadata.items()))).encode())
    for name, array in arrays.items():
        digest.update(f"{name}\0{array.dtype}\0{array.shape}\0".encode())
        digest.update(np.asarray(array, order="C").reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def _metadata(path: Path) -> dict[str, str]:
    with safetensors.safe_open(path, "np") as file:
        entry = (file.metadata() or {}).get(_ENTRY, "{}")
    metadata = json.loads(entry)
    if not isinstance(metadata, dict):
        raise ValueError("its metadata is no object")
    return metadata
