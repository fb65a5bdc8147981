"""Fitters: methods of fitting the weights of a model, one per file."""

from .fitter import FITTERS, Fitter, fitter_for, register_fitter

__all__ = ["FITTERS", "Fitter", "fitter_for", "register_fitter"]
