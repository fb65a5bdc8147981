"""BERT as KerasHub has it: GELU in its tanh form, as Google trained it."""

from typing import Any

from ...foreign.foreign_keys import ForeignKeys
from ...foreign.keras_hub_family import KerasHubFamily
from ...foreign.keras_hub_rules import hub_classifier, hub_dense, hub_embedding
from ...foreign.weight_map import WeightMap
from ..hub_encoder import hub_encoder_arguments, hub_encoder_fields, hub_encoder_rules
from .bert_config import BertConfig


def _fields(keys: ForeignKeys) -> dict[str, Any]:
    return {**hub_encoder_fields(keys), "num_segments": keys.integer("num_segments", 2)}


def _arguments(config: BertConfig) -> dict[str, Any]:
    return {**hub_encoder_arguments(config), "num_segments": config.num_segments}


def _weight_map(config: BertConfig, task: str) -> WeightMap:
    head = hub_classifier() if task == "text_classifier" else hub_dense("pooler/dense", "pooled_dense")
    segments = hub_embedding("backbone/segment_embedding", "segment_embedding")
    return WeightMap({**hub_encoder_rules(config), **segments, **head})


KERAS_HUB = KerasHubFamily(
    backbone="BertBackbone",
    tokenizer="BertTokenizer",
    task="text_encoder",
    from_keras_hub=_fields,
    to_keras_hub=_arguments,
    weight_map=_weight_map,
    heads={"text_classifier": "BertTextClassifier"},  # its masked head has another GELU and epsilon than the blocks
    fixed={
        "activation": "gelu_approximate",
        "norm_epsilon": 1e-12,
        "pooler": "first_token",
        "next_sentence": False,
    },
)
