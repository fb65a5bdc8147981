"""Opening a LiteRT file of any task."""

from pathlib import Path

from .lite_encoder import LiteEncoder
from .lite_file import LiteFile
from .lite_model import LiteModel


def open_lite_file(path: Path | str, *, num_threads: int | None = None) -> LiteModel | LiteEncoder:
    """Opens a `.tflite` file with the class of its task.

    Args:
        path: the file.
        num_threads: number of threads to compute with; None for the number of processors, at most four.

    Raises:
        UserError: there is no such file, or it is not from langzoo, damaged or altered.

    Example:
        >>> open_lite_file("saved_models/my_model/litert/1/my_model.tflite").task  # doctest: +SKIP
        'causal_lm'
    """
    manifest = LiteFile.read(path, whole=False).manifest
    return (LiteEncoder if LiteEncoder.opens(manifest) else LiteModel)(path, num_threads=num_threads)
