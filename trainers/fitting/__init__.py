"""How weights are found: a file for each way."""

from .fitter import FITTERS, Fitter, register_fitter

__all__ = ["FITTERS", "Fitter", "register_fitter"]
