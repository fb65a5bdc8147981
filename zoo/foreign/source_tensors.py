"""The interface of published weights: names, shapes, and arrays on request."""

import abc
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError


class SourceTensors(Mapping[str, np.ndarray], abc.ABC):
    """A read-only mapping of names to arrays that reads each array on request, and keeps none.

    So a file larger than memory can be converted tensor by tensor. Names and shapes are known, and the files checked,
    before any array is read. `tensors[name]` is `tensors.read(name)`. It may be used in a `with` statement;
    no reader here keeps a file open, so omitting it does no harm.

    A subclass implements `_shapes` and `_read`.

    Attributes:
        ignored: names in the source that are not weights (an optimizer's moments, counters, computed tables), in order.
            They are not in the mapping.

    Example:
        >>> with open_hugging_face("bert-tiny") as tensors:
        ...     tensors.shape("bert.embeddings.word_embeddings.weight")
        (30522, 128)
    """

    ignored: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the weights, in the order of the source."""
        return tuple(self._shapes)

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of a tensor, without reading it.

        Raises:
            UserError: no such tensor.
        """
        self._check(name)
        return self._shapes[name]

    def read(self, name: str, dtype: Any = np.float32) -> np.ndarray:
        """Reads one array.

        Args:
            name: its name.
            dtype: NumPy type of the result; None for the one it is stored in (bfloat16, which NumPy lacks, becomes
                float32).

        Raises:
            UserError: there is no such tensor, or it cannot be read.
        """
        self._check(name)
        array = self._read(name)
        return array if dtype is None else array.astype(dtype, copy=False)

    def size(self) -> int:
        """The total number of values in all tensors."""
        return sum(int(np.prod(shape, dtype=object)) for shape in self._shapes.values())

    @property
    @abc.abstractmethod
    def _shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Name -> shape."""

    @abc.abstractmethod
    def _read(self, name: str) -> np.ndarray:
        """The array of an existing name."""

    def _check(self, name: str) -> None:
        if name not in self._shapes:
            raise UserError(unknown_name_message("tensor", name, self._shapes))

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._shapes:
            raise KeyError(name)
        return self.read(name)

    def __contains__(self, name: object) -> bool:
        return name in self._shapes

    def __iter__(self) -> Iterator[str]:
        return iter(self._shapes)

    def __len__(self) -> int:
        return len(self._shapes)

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        pass
