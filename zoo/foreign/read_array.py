"""Reading of arrays from files."""

from pathlib import Path

import numpy as np

from ...layers.plain.errors import UserError


def read_array(path: Path, dtype: np.dtype | str, shape: tuple[int, ...], offset: int) -> np.ndarray:
    """Reads an array stored in a file, row by row.

    Args:
        path: the file.
        dtype: the type of its numbers in the file.
        shape: its shape.
        offset: the position of its first byte.

    Raises:
        UserError: the file is gone, or shorter than when it was checked.
    """
    count = int(np.prod(shape, dtype=object))
    try:
        array = np.fromfile(path, dtype, count, offset=offset)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    if array.size != count:
        raise UserError(f"{path} has become shorter while it was read: copy it again")
    return array.reshape(shape)
