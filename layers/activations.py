"""The activations of published models."""

from collections.abc import Callable

import keras

from .plain.did_you_mean import unknown_name_message

ACTIVATIONS: dict[str, Callable] = {
    "gelu": lambda x: keras.activations.gelu(x, approximate=False),
    "gelu_approximate": lambda x: keras.activations.gelu(x, approximate=True),
    "quick_gelu": lambda x: x * keras.ops.sigmoid(1.702 * x),
    "relu": keras.activations.relu,
    "silu": keras.activations.silu,
    "tanh": keras.activations.tanh,
}
"""Name -> function. "gelu" is x·Φ(x) (Hendrycks & Gimpel 2016, arXiv:1606.08415), "gelu_approximate" its tanh form, and
"quick_gelu" its sigmoid form; "silu" is x·σ(x)."""


def activation_function(name: str) -> Callable:
    """Returns the activation function of a name.

    Raises:
        ValueError: unknown name.

    Example:
        >>> activation_function("relu")(keras.ops.array([-1.0, 2.0])).numpy()
        array([0., 2.], dtype=float32)
    """
    if name not in ACTIVATIONS:
        raise ValueError(unknown_name_message("activation", name, ACTIVATIONS))
    return ACTIVATIONS[name]
