"""The weights of published LLaMA and Mistral models."""

from ...foreign.foreign_part import ForeignPart
from ...foreign.weight_map import WeightMap
from ...foreign.weight_rules import dense, embedding, fused, rms_norm
from .llama_config import LlamaConfig

_COMPUTED = (r"layers\.\d+\.self_attn\.rotary_emb\.inv_freq", r"rotary_emb\.inv_freq")


def weight_map(config: LlamaConfig, task: str) -> WeightMap:
    """The map between our weights and those of `LlamaForCausalLM` or `MistralForCausalLM`."""
    del task
    rules = {**embedding("backbone/token_embedding", "model.embed_tokens"), **rms_norm("backbone/norm", "model.norm")}
    queries, keys = config.num_heads * config.key_dim, config.key_value_heads * config.key_dim
    for i in range(config.num_layers):
        ours, theirs = f"backbone/block_{i}", f"model.layers.{i}"
        projections = [f"{theirs}.self_attn.{name}_proj" for name in "qkv"]
        gate = [f"{theirs}.mlp.gate_proj", f"{theirs}.mlp.up_proj"]
        rules |= {
            **rms_norm(f"{ours}/attention_norm", f"{theirs}.input_layernorm"),
            **fused(f"{ours}/attention/query_key_value", projections, [queries, keys, keys], use_bias=False),
            **dense(f"{ours}/attention/output", f"{theirs}.self_attn.o_proj", use_bias=False),
            **rms_norm(f"{ours}/feed_forward_norm", f"{theirs}.post_attention_layernorm"),
            **fused(f"{ours}/feed_forward/intermediate", gate, [config.intermediate_dim] * 2, use_bias=False),
            **dense(f"{ours}/feed_forward/output", f"{theirs}.mlp.down_proj", use_bias=False),
        }
    equal = {}
    if config.tie_embeddings:
        equal = {"lm_head.weight": "model.embed_tokens.weight"}
    else:
        rules["head/kernel"] = (ForeignPart("lm_head.weight", transposed=True),)
    return WeightMap(rules, prefixes=("model.",), equal=equal, ignored=_COMPUTED)
