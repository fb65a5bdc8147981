"""The weights of published GPT-2 models: Hugging Face's names and OpenAI's."""

import re

from ...foreign.weight_map import WeightMap
from ...foreign.weight_rules import dense, embedding, layer_norm
from .gpt2_config import GPT2Config

_COMPUTED = (r"h\.\d+\.attn\.(bias|masked_bias)",)  # the causal mask
_LAST_STEPS = {"g": "weight", "w": "weight", "b": "bias"}


def weight_map(config: GPT2Config, task: str) -> WeightMap:
    """The map of our weights to `GPT2LMHeadModel`, whose matrices are (in, out), like ours, with fused Q, K, V."""
    del task
    rules = {
        **embedding("backbone/token_embedding", "transformer.wte"),
        **embedding("backbone/position_embedding", "transformer.wpe"),
        **layer_norm("backbone/norm", "transformer.ln_f"),
    }
    for i in range(config.num_layers):
        ours, theirs = f"backbone/block_{i}", f"transformer.h.{i}"
        rules |= {
            **layer_norm(f"{ours}/attention_norm", f"{theirs}.ln_1"),
            **dense(f"{ours}/attention/query_key_value", f"{theirs}.attn.c_attn", transposed=False),
            **dense(f"{ours}/attention/output", f"{theirs}.attn.c_proj", transposed=False),
            **layer_norm(f"{ours}/feed_forward_norm", f"{theirs}.ln_2"),
            **dense(f"{ours}/feed_forward/intermediate", f"{theirs}.mlp.c_fc", transposed=False),
            **dense(f"{ours}/feed_forward/output", f"{theirs}.mlp.c_proj", transposed=False),
        }
    equal = {"lm_head.weight": "transformer.wte.weight"}
    return WeightMap(rules, prefixes=("transformer.",), equal=equal, ignored=_COMPUTED)


def from_tf_name(name: str) -> tuple[str, bool] | None:
    """Hugging Face's name of a variable in OpenAI's checkpoints, and whether it is transposed there (none is).

    Example:
        >>> from_tf_name("model/h3/attn/c_attn/w"), from_tf_name("model/wte")
        (('transformer.h.3.attn.c_attn.weight', False), ('transformer.wte.weight', False))
    """
    match = re.fullmatch(r"model/(h\d+/)?(.+)", name)
    if not match:
        return None
    *steps, last = match[2].split("/")
    steps = [*steps, _LAST_STEPS[last]] if steps and last in _LAST_STEPS else [*steps, last, "weight"]
    block = f"h.{match[1][1:-1]}." if match[1] else ""
    return f"transformer.{block}{'.'.join(steps)}", False
