"""Hugging Face's common names of the weights of BERT, RoBERTa and ELECTRA."""

from collections.abc import Collection

from ..foreign.weight_map import WeightMap
from ..foreign.weight_rules import Rules, dense, embedding, fused, layer_norm
from .encoder_config import EncoderConfig

COMPUTED = (r"embeddings\.(position_ids|token_type_ids)",)
"""Patterns of tensors that are not weights."""
POOLER = (r"pooler\.dense\.(weight|bias)",)


def embedding_rules(prefix: str, *, segments: bool = True) -> Rules:
    """The embeddings and their norm.

    Args:
        prefix: the prefix of the names, e.g. `"bert.embeddings"`.
        segments: whether there are segment embeddings.
    """
    rules = {
        **embedding("backbone/token_embedding", f"{prefix}.word_embeddings"),
        **embedding("backbone/position_embedding", f"{prefix}.position_embeddings"),
        **layer_norm("backbone/embedding_norm", f"{prefix}.LayerNorm"),
    }
    return rules | embedding("backbone/segment_embedding", f"{prefix}.token_type_embeddings") if segments else rules


def block_rules(config: EncoderConfig, prefix: str) -> Rules:
    """The rules of all blocks; `prefix` is e.g. `"bert.encoder.layer"`."""
    rules, width = {}, config.hidden_dim
    for i in range(config.num_layers):
        ours, theirs = f"backbone/block_{i}", f"{prefix}.{i}"
        queries = [f"{theirs}.attention.self.{name}" for name in ("query", "key", "value")]
        rules |= {
            **fused(f"{ours}/attention/query_key_value", queries, [width] * 3),
            **dense(f"{ours}/attention/output", f"{theirs}.attention.output.dense"),
            **layer_norm(f"{ours}/attention_norm", f"{theirs}.attention.output.LayerNorm"),
            **dense(f"{ours}/feed_forward/intermediate", f"{theirs}.intermediate.dense"),
            **dense(f"{ours}/feed_forward/output", f"{theirs}.output.dense"),
            **layer_norm(f"{ours}/feed_forward_norm", f"{theirs}.output.LayerNorm"),
        }
    return rules


def encoder_map(
    rules: Rules, *prefixes: str, equal: dict[str, str] | None = None, without_pooler: bool = False
) -> WeightMap:
    """The map of an encoder whose tables of positions are not weights.

    Args:
        rules: the rules of its weights.
        *prefixes: the prefixes of the body's names, the usual one first.
        equal: tied tensors.
        without_pooler: whether transformers' class for the task has no pooler, although a file may contain one.
    """
    return WeightMap(rules, prefixes=prefixes, equal=equal, ignored=COMPUTED, spare=POOLER if without_pooler else ())


def has_pooler(names: Collection[str]) -> bool:
    """Whether a pooler is among the tensors."""
    return any(name.endswith("pooler.dense.weight") for name in names)
