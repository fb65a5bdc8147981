"""A tensor of somebody else's, as a part of one of ours."""

from typing import NamedTuple


class ForeignPart(NamedTuple):
    """A foreign tensor that is one of ours, or some columns of it.

    Attributes:
        name: what it is called there.
        transposed: whether rows there are columns here, as in PyTorch's linear layers, (out, in).
        columns: how many entries of our last axis it holds; None for all.
    """

    name: str
    transposed: bool = False
    columns: int | None = None

    def shape(self, ours: tuple[int, ...]) -> tuple[int, ...]:
        """Its shape, where ours is that.

        Example:
            >>> ForeignPart("q_proj.weight", transposed=True, columns=8).shape((4, 24))
            (8, 4)
        """
        shape = (*ours[:-1], ours[-1] if self.columns is None else self.columns)
        return shape[::-1] if self.transposed else shape
