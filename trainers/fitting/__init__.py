"""Fitters: ways of finding weights, a file each."""

from .fitter import FITTERS, Fitter, fitter_for, register_fitter

__all__ = ["FITTERS", "Fitter", "fitter_for", "register_fitter"]
