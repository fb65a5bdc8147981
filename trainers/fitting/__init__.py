"""Fitters: ways of finding weights, a file each."""

from .fitter import FITTERS, Fitter, register_fitter

__all__ = ["FITTERS", "Fitter", "register_fitter"]
