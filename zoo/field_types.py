"""Types of the configuration fields that several families share."""

from typing import Annotated, Literal

from pydantic import Field

Size = Annotated[int, Field(gt=0, lt=2**31)]
"""A width, or a number of heads or tokens, within TensorFlow's 32-bit integers."""

Count = Annotated[int, Field(ge=0, lt=2**31)]
"""The same, or None."""

NumLayers = Annotated[int, Field(gt=0, le=10_000)]
"""A number of layers, each of which is built."""

NumPositions = Annotated[int, Field(gt=0, le=2**24)]
"""The number of tokens of a text, each of which may need a row of a position table."""

Rate = Annotated[float, Field(ge=0, lt=1)]
"""A dropout rate."""

Epsilon = Annotated[float, Field(gt=0, lt=1)]
"""The epsilon of a norm, added below the root."""

Activation = Literal["gelu", "gelu_approximate", "quick_gelu", "relu", "silu", "tanh"]
"""The names of `layers.activations`."""


def check_heads(*, hidden_dim: int, num_heads: int) -> None:
    """Raises a ValueError unless the number of heads divides the width.

    Example:
        >>> check_heads(hidden_dim=768, num_heads=12)
    """
    if hidden_dim % num_heads:
        raise ValueError(f"hidden_dim ({hidden_dim}) must be divisible by num_heads ({num_heads})")
