"""Weight counts of the parts of a Transformer, in plain Python."""


def dense(inputs: int, outputs: int, *, use_bias: bool = True) -> int:
    """A matrix and its bias.

    Example:
        >>> dense(3, 2)
        8
    """
    return inputs * outputs + (outputs if use_bias else 0)


def layer_norm(width: int, *, use_bias: bool = True) -> int:
    """A scale and its bias; without the bias also an RMS norm.

    Example:
        >>> layer_norm(4)
        8
    """
    return 2 * width if use_bias else width


def attention(
    hidden_dim: int, *, query_dim: int | None = None, key_value_dim: int | None = None, use_bias: bool = True
) -> int:
    """The four projections.

    Args:
        hidden_dim: the width of inputs and outputs, D.
        query_dim: the width of all query heads together; D by default.
        key_value_dim: the width of all key heads together, and of all value heads; by default that of the queries.
        use_bias: whether all four have a bias.

    Example:
        >>> attention(4, use_bias=False), attention(4, key_value_dim=2, use_bias=False)
        (64, 48)
    """
    query_dim = hidden_dim if query_dim is None else query_dim
    key_value_dim = query_dim if key_value_dim is None else key_value_dim
    return (
        dense(hidden_dim, query_dim, use_bias=use_bias)
        + 2 * dense(hidden_dim, key_value_dim, use_bias=use_bias)
        + dense(query_dim, hidden_dim, use_bias=use_bias)
    )


def feed_forward(hidden_dim: int, intermediate_dim: int, *, gated: bool = False, use_bias: bool = True) -> int:
    """Two matrices, or three with a gate.

    Example:
        >>> feed_forward(4, 8, use_bias=False), feed_forward(4, 8, gated=True, use_bias=False)
        (64, 96)
    """
    up = (2 if gated else 1) * dense(hidden_dim, intermediate_dim, use_bias=use_bias)
    return up + dense(intermediate_dim, hidden_dim, use_bias=use_bias)


def block(hidden_dim: int, intermediate_dim: int, *, use_bias: bool = True) -> int:
    """Attention, feed-forward and a layer norm for each, as in the blocks of BERT and GPT-2.

    Example:
        >>> block(768, 3072)
        7087872
    """
    return (
        attention(hidden_dim, use_bias=use_bias)
        + feed_forward(hidden_dim, intermediate_dim, use_bias=use_bias)
        + 2 * layer_norm(hidden_dim, use_bias=use_bias)
    )
