"""Adam and its variants."""

from ..register_optimizer import register_optimizer


@register_optimizer("adam")
def adam(part, **shared):
    """Adam (Kingma & Ba 2015, arXiv:1412.6980)."""
    import keras

    return keras.optimizers.Adam(beta_1=part.beta_1, beta_2=part.beta_2, epsilon=part.epsilon, **shared)


@register_optimizer("adamw")
def adamw(part, **shared):
    """Adam with decoupled weight decay (Loshchilov & Hutter 2019, arXiv:1711.05101)."""
    import keras

    moments = {"beta_1": part.beta_1, "beta_2": part.beta_2, "epsilon": part.epsilon}
    return keras.optimizers.AdamW(**moments, **{**shared, "weight_decay": part.weight_decay})
