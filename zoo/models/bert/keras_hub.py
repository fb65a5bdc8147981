"""BERT as KerasHub has it: GELU in its tanh form, as Google trained it."""

from typing import Any

from ...foreign.foreign_keys import ForeignKeys
from ...foreign.keras_hub_family import KerasHubFamily
from ...foreign.keras_hub_rules import hub_classifier, hub_dense, hub_embedding, hub_masked_head
from ...foreign.weight_map import WeightMap
from ..hub_encoder import POOLER, hub_encoder_arguments, hub_encoder_fields, hub_encoder_rules
from .bert_config import BertConfig


def _fields(keys: ForeignKeys) -> dict[str, Any]:
    return {**hub_encoder_fields(keys), "num_segments": keys.integer("num_segments", 2)}


def _arguments(config: BertConfig) -> dict[str, Any]:
    return {**hub_encoder_arguments(config), "num_segments": config.num_segments}


def _weight_map(config: BertConfig, task: str) -> WeightMap:
    heads = {"text_classifier": hub_classifier, "masked_lm": hub_masked_head}
    head = heads[task]() if task in heads else hub_dense("pooler/dense", "pooled_dense")
    segments = hub_embedding("backbone/segment_embedding", "segment_embedding")
    spare = POOLER if task == "masked_lm" else ()
    return WeightMap({**hub_encoder_rules(config), **segments, **head}, spare=spare)


KERAS_HUB = KerasHubFamily(
    backbone="BertBackbone",
    tokenizer="BertTokenizer",
    task="text_encoder",
    from_keras_hub=_fields,
    to_keras_hub=_arguments,
    weight_map=_weight_map,
    heads={"text_classifier": "BertTextClassifier", "masked_lm": "BertMaskedLM"},
    fixed={
        "activation": "gelu_approximate",
        "norm_epsilon": 1e-12,
        "pooler": "first_token",
        "next_sentence": False,
    },
)
