"""ELECTRA as KerasHub has it: the body alone, GELU in its tanh form, and a pooler that ELECTRA does not have."""

from typing import Any

from ...foreign.foreign_keys import ForeignKeys
from ...foreign.keras_hub_family import KerasHubFamily
from ...foreign.keras_hub_rules import hub_dense, hub_embedding
from ...foreign.weight_map import WeightMap
from ..hub_encoder import POOLER, hub_encoder_arguments, hub_encoder_fields, hub_encoder_rules
from .electra_config import ElectraConfig

_VOCABULARY = "vocab_size"


def _fields(keys: ForeignKeys) -> dict[str, Any]:
    sizes = {"embedding_dim": keys.integer("embedding_dim"), "num_segments": keys.integer("num_segments", 2)}
    return {**hub_encoder_fields(keys, vocabulary=_VOCABULARY), **sizes}


def _arguments(config: ElectraConfig) -> dict[str, Any]:
    sizes = {"embedding_dim": config.embedding_dim, "num_segments": config.num_segments}
    return {**hub_encoder_arguments(config, vocabulary=_VOCABULARY), **sizes}


def _weight_map(config: ElectraConfig, task: str) -> WeightMap:
    del task
    rules = {**hub_encoder_rules(config), **hub_embedding("backbone/segment_embedding", "segment_embedding")}
    if config.embedding_dim != config.hidden_dim:
        rules |= hub_dense("backbone/projection", "embeddings_projection")
    return WeightMap(rules, spare=POOLER)


KERAS_HUB = KerasHubFamily(
    backbone="ElectraBackbone",
    tokenizer="ElectraTokenizer",
    task="text_encoder",
    from_keras_hub=_fields,
    to_keras_hub=_arguments,
    weight_map=_weight_map,
    fixed={"activation": "gelu_approximate", "norm_epsilon": 1e-12},
)
