"""How matrices start."""

from .columnwise_normal import ColumnwiseNormal

__all__ = ["ColumnwiseNormal"]
