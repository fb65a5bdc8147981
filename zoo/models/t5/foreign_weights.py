"""The weights of published T5 models."""

from ...foreign.foreign_part import ForeignPart
from ...foreign.weight_map import WeightMap
from ...foreign.weight_rules import Rules, dense, embedding, fused, rms_norm
from .t5_config import T5Config

# In the files of 2020, but no code reads it: the decoder's attention to the encoder has no positions.
_UNREAD = (r"decoder\.block\.0\.layer\.1\.EncDecAttention\.relative_attention_bias\.weight",)


def weight_map(config: T5Config, task: str) -> WeightMap:
    """The map between our weights and those of `T5ForConditionalGeneration`.

    transformers 5 may save a model without its separate output matrix, and then uses the embedding.
    """
    del task
    rules = {
        **embedding("backbone/token_embedding", "shared"),
        **_stack(config, "encoder", config.num_layers),
        **_stack(config, "decoder", config.decoder_layers),
    }
    equal = {f"{name}.embed_tokens.weight": "shared.weight" for name in ("encoder", "decoder")}
    otherwise = {}
    if config.tie_embeddings:
        equal["lm_head.weight"] = "shared.weight"
    else:
        rules["head/kernel"] = (ForeignPart("lm_head.weight", transposed=True),)
        otherwise = {"lm_head.weight": "shared.weight"}
    return WeightMap(rules, equal=equal, otherwise=otherwise, ignored=_UNREAD)


def _stack(config: T5Config, name: str, layers: int) -> Rules:
    table = f"{name}.block.0.layer.0.SelfAttention.relative_attention_bias"
    rules = {
        **embedding(f"backbone/{name}_position_bias", table),
        **rms_norm(f"backbone/{name}_norm", f"{name}.final_layer_norm"),
    }
    for i in range(layers):
        ours, theirs = f"backbone/{name}_block_{i}", f"{name}.block.{i}.layer"
        rules |= _self_attention(config, ours, f"{theirs}.0")
        if name == "decoder":
            rules |= _cross_attention(config, ours, f"{theirs}.1")
        rules |= _feed_forward(config, ours, f"{theirs}.{2 if name == 'decoder' else 1}")
    return rules


def _self_attention(config: T5Config, ours: str, theirs: str) -> Rules:
    inner, attention = config.num_heads * config.head_dim, f"{theirs}.SelfAttention"
    projections = [f"{attention}.{name}" for name in "qkv"]
    return {
        **rms_norm(f"{ours}/attention_norm", f"{theirs}.layer_norm"),
        **fused(f"{ours}/attention/query_key_value", projections, [inner] * 3, use_bias=False),
        **dense(f"{ours}/attention/output", f"{attention}.o", use_bias=False),
    }


def _cross_attention(config: T5Config, ours: str, theirs: str) -> Rules:
    inner, attention = config.num_heads * config.head_dim, f"{theirs}.EncDecAttention"
    projections = [f"{attention}.k", f"{attention}.v"]
    return {
        **rms_norm(f"{ours}/cross_attention_norm", f"{theirs}.layer_norm"),
        **dense(f"{ours}/cross_attention/query", f"{attention}.q", use_bias=False),
        **fused(f"{ours}/cross_attention/key_value", projections, [inner] * 2, use_bias=False),
        **dense(f"{ours}/cross_attention/output", f"{attention}.o", use_bias=False),
    }


def _feed_forward(config: T5Config, ours: str, theirs: str) -> Rules:
    part = f"{theirs}.DenseReluDense"
    if config.feed_forward == "gated_gelu":
        gate = [f"{part}.wi_0", f"{part}.wi_1"]
        first = fused(f"{ours}/feed_forward/intermediate", gate, [config.intermediate_dim] * 2, use_bias=False)
    else:
        first = dense(f"{ours}/feed_forward/intermediate", f"{part}.wi", use_bias=False)
    return {
        **rms_norm(f"{ours}/feed_forward_norm", f"{theirs}.layer_norm"),
        **first,
        **dense(f"{ours}/feed_forward/output", f"{part}.wo", use_bias=False),
    }
