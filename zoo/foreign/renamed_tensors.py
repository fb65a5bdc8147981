"""The tensors of a source under other names."""

from collections.abc import Callable, Mapping

import numpy as np

from ...layers.plain.errors import UserError
from .source_tensors import SourceTensors

Renamed = tuple[str, bool]
"""The new name of a tensor, and whether to transpose it."""


class RenamedTensors(SourceTensors):
    """The tensors of another source, renamed, transposed if requested, and without leading axes of length 1.

    Args:
        tensors: the source.
        rename: name -> new name and whether to transpose, or None for a tensor that stays unchanged.

    Raises:
        UserError: two tensors would have the same name.

    Example:
        >>> tensors = RenamedTensors(open_tf_checkpoint("bert_model.ckpt"), from_google_name)
        >>> tensors.shape("bert.encoder.layer.0.intermediate.dense.weight")
        (3072, 768)
    """

    def __init__(self, tensors: SourceTensors, rename: Callable[[str], Renamed | None]):
        self._tensors = tensors
        self.ignored = tensors.ignored
        self._entries = {}
        for name in tensors:
            renamed = rename(name)
            new = name if renamed is None else renamed[0]
            if new in self._entries:
                raise UserError(
                    f"the source holds a weight twice, as {self._entries[new][0]} and as {name}: remove one"
                )
            self._entries[new] = name, renamed
        self._all_shapes = {new: self._shape(*entry) for new, entry in self._entries.items()}

    @property
    def _shapes(self) -> Mapping[str, tuple[int, ...]]:
        return self._all_shapes

    def _shape(self, name: str, renamed: Renamed | None) -> tuple[int, ...]:
        shape = self._tensors.shape(name)
        if renamed is None:
            return shape
        shape = _squeezed(shape)
        return shape[::-1] if renamed[1] else shape

    def _read(self, name: str) -> np.ndarray:
        old, renamed = self._entries[name]
        array = self._tensors.read(old, None)
        if renamed is None:
            return array
        array = array.reshape(_squeezed(array.shape))
        return array.T if renamed[1] else array


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape without a leading 1 before a matrix (the kernel of a convolution of width 1, as in GPT-2)."""
    return shape[1:] if len(shape) == 3 and shape[0] == 1 else shape
