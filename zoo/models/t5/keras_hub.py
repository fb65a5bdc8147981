"""T5 as KerasHub has it."""

from collections.abc import Iterator, Mapping
from typing import Any

from ....layers.plain.errors import UserError
from ...foreign.foreign_keys import ForeignKeys
from ...foreign.foreign_part import ForeignPart
from ...foreign.hub_tensors import HubTensors
from ...foreign.keras_hub_family import KerasHubFamily
from ...foreign.keras_hub_rules import hub_dense, hub_embedding, hub_fused, hub_rms_norm
from ...foreign.weight_map import WeightMap
from ...foreign.weight_rules import Rules
from .t5_config import T5Config

_SIZES = ("vocabulary_size", "num_layers", "num_heads", "hidden_dim", "intermediate_dim")
_PROJECTORS = ("query", "key", "value", "output")
_GELU = "keras_hub>gelu_approximate"  # as Keras calls a function of a package
_FEED_FORWARDS = {
    ("relu", False): "relu",
    (_GELU, True): "gated_gelu",
    ("keras_nlp>gelu_approximate", True): "gated_gelu",
}


class _T5Tensors(HubTensors):
    """Names weights by the position of their layers: KerasHub numbers its norms across the process."""

    def __init__(self, model: Any, *, task: str):
        super().__init__(model, task=task)
        self.variables = dict(_named(model))
        self._flat = {name: tuple(variable.shape) for name, variable in self.variables.items()}


def _named(model: Any) -> Iterator[tuple[str, Any]]:
    yield from ((weight.path, weight) for weight in model.token_embedding.weights)
    for stack in ("encoder", "decoder"):
        layers = getattr(model, f"{stack}_transformer_layers")
        yield f"{stack}/norm/scale", getattr(model, f"{stack}_layer_norm").weight
        yield f"{stack}/positions/embeddings", layers[0].self_attention.relative_attention_bias
        for i, layer in enumerate(layers):
            for part in ("self_attention", "cross_attention")[: 2 if stack == "decoder" else 1]:
                attention = getattr(layer, part)
                for name in _PROJECTORS:
                    yield f"{stack}/{i}/{part}/{name}/kernel", getattr(attention, f"{name}_projector").kernel
                yield f"{stack}/{i}/{part}_norm/scale", getattr(layer, f"{part}_layer_norm").weight
            gate = ("gate",) if layer.use_gated_activation else ()
            for name in ("input", *gate, "output"):
                yield f"{stack}/{i}/{name}/kernel", getattr(layer, f"{name}_projector").kernel
            yield f"{stack}/{i}/norm/scale", layer.layer_norm.weight


def _fields(keys: ForeignKeys) -> dict[str, Any]:
    sizes = {name: keys.integer(name) for name in _SIZES}
    activation, gated = keys.get("activation", "relu"), keys.flag("use_gated_activation", True)
    name = activation.get("config") if isinstance(activation, Mapping) else activation
    feed_forward = _FEED_FORWARDS.get((str(name), gated))
    if feed_forward is None:  # "gelu" is the exact form, which no published T5 uses
        raise keys.refusal("activation", f"'relu' without use_gated_activation, or {_GELU!r} with it")
    return {
        **sizes,
        "feed_forward": feed_forward,
        "head_dim": keys.integer("key_value_dim", None) or sizes["hidden_dim"] // sizes["num_heads"],
        "dropout": keys.number("dropout", 0.1),
        "norm_epsilon": keys.number("layer_norm_epsilon", 1e-6),
        "tie_embeddings": keys.flag("tie_embedding_weights", True),
    }


def _arguments(config: T5Config) -> dict[str, Any]:
    if config.decoder_layers != config.num_layers:
        raise UserError(
            f"a T5Backbone of KerasHub has as many decoder_layers as num_layers, {config.num_layers}, this model "
            f"{config.decoder_layers}: it has no equivalent there"
        )
    gated = config.feed_forward == "gated_gelu"
    return {
        **{name: getattr(config, name) for name in (*_SIZES, "dropout")},
        "key_value_dim": config.head_dim,
        "activation": {"class_name": "function", "config": _GELU, "registered_name": "function"} if gated else "relu",
        "use_gated_activation": gated,
        "layer_norm_epsilon": config.norm_epsilon,
        "tie_embedding_weights": config.tie_embeddings,
    }


def _weight_map(config: T5Config, task: str) -> WeightMap:
    del task
    rules = hub_embedding("backbone/token_embedding", "token_embedding")
    if not config.tie_embeddings:
        rules["head/kernel"] = (ForeignPart("token_embedding/reverse_embeddings"),)
    for stack in ("encoder", "decoder"):
        rules |= hub_embedding(f"backbone/{stack}_position_bias", f"{stack}/positions")
        rules |= hub_rms_norm(f"backbone/{stack}_norm", f"{stack}/norm")
        for i in range(config.num_layers):
            rules |= _block(config, f"backbone/{stack}_block_{i}", f"{stack}/{i}", across=stack == "decoder")
    return WeightMap(rules)


def _block(config: T5Config, ours: str, theirs: str, *, across: bool) -> Rules:
    inner = config.num_heads * config.head_dim
    own, other = f"{theirs}/self_attention", f"{theirs}/cross_attention"
    queries = [f"{own}/{name}" for name in _PROJECTORS[:3]]
    first = [f"{theirs}/{name}" for name in (("input", "gate") if config.feed_forward == "gated_gelu" else ("input",))]
    width = [config.intermediate_dim] * len(first)
    rules = {
        **hub_rms_norm(f"{ours}/attention_norm", f"{own}_norm"),
        **hub_fused(f"{ours}/attention/query_key_value", queries, [inner] * 3, use_bias=False),
        **hub_dense(f"{ours}/attention/output", f"{own}/output", use_bias=False),
        **hub_rms_norm(f"{ours}/feed_forward_norm", f"{theirs}/norm"),
        **hub_fused(f"{ours}/feed_forward/intermediate", first, width, use_bias=False),
        **hub_dense(f"{ours}/feed_forward/output", f"{theirs}/output", use_bias=False),
    }
    if across:
        pair = [f"{other}/{name}" for name in _PROJECTORS[1:3]]
        rules |= {
            **hub_rms_norm(f"{ours}/cross_attention_norm", f"{other}_norm"),
            **hub_dense(f"{ours}/cross_attention/query", f"{other}/query", use_bias=False),
            **hub_fused(f"{ours}/cross_attention/key_value", pair, [inner] * 2, use_bias=False),
            **hub_dense(f"{ours}/cross_attention/output", f"{other}/output", use_bias=False),
        }
    return rules


KERAS_HUB = KerasHubFamily(
    backbone="T5Backbone",
    tokenizer="T5Tokenizer",
    task="seq2seq_lm",
    from_keras_hub=_fields,
    to_keras_hub=_arguments,
    weight_map=_weight_map,
    tensors=_T5Tensors,
    fixed={"relative_attention_buckets": 32, "relative_attention_max_distance": 128},
)
