"""Rules for weight maps."""

from collections.abc import Sequence

from .foreign_part import ForeignPart

Rules = dict[str, tuple[ForeignPart, ...]]


def dense(path: str, name: str, *, use_bias: bool = True, transposed: bool = True) -> Rules:
    """A dense layer: `kernel` and `bias` here, `weight`, by default (out, in), and `bias` there.

    Example:
        >>> list(dense("head/dense", "classifier.dense"))
        ['head/dense/kernel', 'head/dense/bias']
    """
    rules = {f"{path}/kernel": (ForeignPart(f"{name}.weight", transposed),)}
    return rules | {f"{path}/bias": (ForeignPart(f"{name}.bias"),)} if use_bias else rules


def fused(
    path: str,
    names: Sequence[str],
    columns: Sequence[int | None],
    *,
    use_bias: bool = True,
    ends: tuple[str, str] = (".weight", ".bias"),
    transposed: bool = True,
) -> Rules:
    """One dense layer here, several there: queries, keys and values; or a gate and the gated layer.

    Args:
        path: the path of the layer.
        names: the names of their layers, in the order of our columns.
        columns: the columns of each; None for all of a single one.
        use_bias: whether there are biases.
        ends: the suffixes of the names of their weights and biases.
        transposed: whether their weights are (out, in).

    Example:
        >>> rules = fused("attention/key_value", ["k", "v"], [8, 8], use_bias=False)
        >>> [part.name for part in rules["attention/key_value/kernel"]]
        ['k.weight', 'v.weight']
    """
    parts, (weight, bias) = list(zip(names, columns, strict=True)), ends
    rules = {f"{path}/kernel": tuple(ForeignPart(name + weight, transposed, size) for name, size in parts)}
    if use_bias:
        rules[f"{path}/bias"] = tuple(ForeignPart(name + bias, False, size) for name, size in parts)
    return rules


def layer_norm(path: str, name: str) -> Rules:
    """A layer norm with its bias."""
    return {f"{path}/gamma": (ForeignPart(f"{name}.weight"),), f"{path}/beta": (ForeignPart(f"{name}.bias"),)}


def rms_norm(path: str, name: str) -> Rules:
    """An RMS norm."""
    return {f"{path}/scale": (ForeignPart(f"{name}.weight"),)}


def embedding(path: str, name: str) -> Rules:
    """A table of vectors."""
    return {f"{path}/embeddings": (ForeignPart(f"{name}.weight"),)}


def single(path: str, name: str) -> Rules:
    """One weight, unchanged."""
    return {path: (ForeignPart(name),)}
