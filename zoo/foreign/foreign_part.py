"""Foreign tensors as parts of our weights."""

from typing import NamedTuple


class ForeignPart(NamedTuple):
    """A foreign tensor that is equal to one of our weights, or to some of its columns.

    Attributes:
        name: its foreign name.
        transposed: whether rows there are columns here, as in PyTorch's linear layers, (out, in).
        columns: the number of entries of our last axis that it holds; None for all.
    """

    name: str
    transposed: bool = False
    columns: int | None = None

    def shape(self, ours: tuple[int, ...]) -> tuple[int, ...]:
        """The foreign shape for a given shape of ours.

        Example:
            >>> ForeignPart("q_proj.weight", transposed=True, columns=8).shape((4, 24))
            (8, 4)
        """
        shape = (*ours[:-1], ours[-1] if self.columns is None else self.columns)
        return shape[::-1] if self.transposed else shape
