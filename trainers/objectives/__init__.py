"""Objectives: what a model is trained for."""

from .next_token import NextToken

__all__ = ["NextToken"]
