"""Layer-wise adaptive moments for large batches."""

from ..register_optimizer import register_optimizer


@register_optimizer("lamb")
def lamb(part, **shared):
    """LAMB, AdamW with a step as long for each matrix as the matrix itself (You et al. 2020, arXiv:1904.00962).

    u = m / (sqrt(v) + epsilon) + weight_decay · w, with m and v corrected for their start at zero, and
    w becomes w - rate · |w| / |u| · u (algorithm 2). Biases and the scales of norms, whose rank is below two, are
    neither decayed nor scaled, as in the authors' code. Rates scale with the square root of the batch size:
    about 0.0004 for 256 rows.
    """
    from ..decayed_lamb import DecayedLamb

    moments = {"beta_1": part.beta_1, "beta_2": part.beta_2, "epsilon": part.epsilon}
    return DecayedLamb(decay=part.weight_decay, **moments, **{**shared, "weight_decay": None})
