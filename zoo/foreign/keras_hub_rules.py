"""Rules for maps of KerasHub weights."""

from collections.abc import Sequence

from .foreign_part import ForeignPart
from .weight_rules import Rules, fused

_QUERIES = ("query", "key", "value")


def hub_dense(path: str, name: str, *, use_bias: bool = True) -> Rules:
    """A dense layer, `kernel` (in, out) and `bias` on both sides."""
    return hub_fused(path, [name], [None], use_bias=use_bias)


def hub_fused(path: str, names: Sequence[str], columns: Sequence[int | None], *, use_bias: bool = True) -> Rules:
    """One dense layer here for several there, as in `fused`, all of them (in, out).

    Example:
        >>> rules = hub_fused("attention/query_key_value", ["q", "k"], [8, 8], use_bias=False)
        >>> [part.name for part in rules["attention/query_key_value/kernel"]]
        ['q/kernel', 'k/kernel']
    """
    return fused(path, names, columns, use_bias=use_bias, ends=("/kernel", "/bias"), transposed=False)


def hub_attention(path: str, name: str, columns: Sequence[int], *, use_bias: bool = True) -> Rules:
    """Attention: queries, keys and values, which are fused here, and the output.

    Args:
        path: the path of our layer.
        name: the name of their layer.
        columns: the columns of queries, keys and values.
        use_bias: whether there are biases.
    """
    queries = [f"{name}/{each}" for each in _QUERIES]
    read = hub_fused(f"{path}/query_key_value", queries, columns, use_bias=use_bias)
    return read | hub_dense(f"{path}/output", f"{name}/attention_output", use_bias=use_bias)


def hub_layer_norm(path: str, name: str) -> Rules:
    """A layer norm with its bias."""
    return {f"{path}/{kind}": (ForeignPart(f"{name}/{kind}"),) for kind in ("gamma", "beta")}


def hub_rms_norm(path: str, name: str) -> Rules:
    """An RMS norm."""
    return {f"{path}/scale": (ForeignPart(f"{name}/scale"),)}


def hub_embedding(path: str, name: str) -> Rules:
    """A table of vectors."""
    return {f"{path}/embeddings": (ForeignPart(f"{name}/embeddings"),)}


def hub_classifier(*, inner: bool = True) -> Rules:
    """The head of a text classifier; `inner` for a dense layer before the last one."""
    rules = hub_dense("head/dense", "pooled_dense") if inner else {}
    return rules | hub_dense("head/labels", "logits")


def hub_masked_head() -> Rules:
    """The head of a masked language model."""
    return {
        **hub_dense("head/transform", "mlm_head/intermediate_dense"),
        **hub_layer_norm("head/norm", "mlm_head/intermediate_layer_norm"),
        "head/words/bias": (ForeignPart("mlm_head/output_bias"),),
    }


def hub_blocks(num_layers: int, width: int, *, attention: str) -> Rules:
    """The blocks of GPT-2, BERT and BERT's relatives, which are KerasHub's `TransformerEncoder` or `Decoder`.

    Args:
        num_layers: the number of blocks.
        width: the width of the model.
        attention: the name of their attention layer.
    """
    rules: Rules = {}
    for i in range(num_layers):
        ours, theirs = f"backbone/block_{i}", f"transformer_layer_{i}"
        rules |= {
            **hub_attention(f"{ours}/attention", f"{theirs}/{attention}", [width] * 3),
            **hub_layer_norm(f"{ours}/attention_norm", f"{theirs}/{attention}_norm"),
            **hub_dense(f"{ours}/feed_forward/intermediate", f"{theirs}/feedforward_intermediate_dense"),
            **hub_dense(f"{ours}/feed_forward/output", f"{theirs}/feedforward_output_dense"),
            **hub_layer_norm(f"{ours}/feed_forward_norm", f"{theirs}/feedforward_layer_norm"),
        }
    return rules
