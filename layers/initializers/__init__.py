"""Initializers of matrices."""

from .columnwise_normal import ColumnwiseNormal

__all__ = ["ColumnwiseNormal"]
