"""Averaged stochastic gradient descent."""

from ..register_optimizer import register_optimizer


@register_optimizer("nt_asgd")
def nt_asgd(part, **shared):
    """SGD that averages its weights once validations stop improving (Merity et al. 2018, NT-ASGD)."""
    from ..nt_asgd import NTASGD

    return NTASGD(patience=part.averaging_patience, momentum=part.momentum, **shared)
