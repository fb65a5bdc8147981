"""Types of the fields that several families have."""

from typing import Annotated, Literal

from pydantic import Field

Size = Annotated[int, Field(gt=0, lt=2**31)]
"""A width, or a number of heads or tokens: what TensorFlow counts in 32 bits."""

Count = Annotated[int, Field(ge=0, lt=2**31)]
"""The same, or none."""

NumLayers = Annotated[int, Field(gt=0, le=10_000)]
"""A number of layers, each of which is built."""

NumPositions = Annotated[int, Field(gt=0, le=2**24)]
"""Tokens of a text, for each of which there may be a row of positions."""

Rate = Annotated[float, Field(ge=0, lt=1)]
"""A share that is dropped in training."""

Epsilon = Annotated[float, Field(gt=0, lt=1)]
"""What a norm adds below the root."""

Activation = Literal["gelu", "gelu_approximate", "quick_gelu", "relu", "silu", "tanh"]
"""The names of `layers.activations`."""


def check_heads(*, hidden_dim: int, num_heads: int) -> None:
    """Raises ValueError unless the heads share the width evenly.

    Example:
        >>> check_heads(hidden_dim=768, num_heads=12)
    """
    if hidden_dim % num_heads:
        raise ValueError(f"hidden_dim ({hidden_dim}) must be divisible by num_heads ({num_heads})")
