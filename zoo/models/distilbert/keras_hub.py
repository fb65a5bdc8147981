"""DistilBERT as KerasHub has it."""

from ...foreign.keras_hub_family import KerasHubFamily
from ...foreign.keras_hub_rules import hub_classifier, hub_masked_head
from ...foreign.weight_map import WeightMap
from ..hub_encoder import hub_encoder_arguments, hub_encoder_fields, hub_encoder_rules
from .distilbert_config import DistilBertConfig


def _weight_map(config: DistilBertConfig, task: str) -> WeightMap:
    heads = {"text_classifier": hub_classifier, "masked_lm": hub_masked_head}
    head = heads[task]() if task in heads else {}
    return WeightMap({**hub_encoder_rules(config, embeddings="token_and_position_embedding/"), **head})


KERAS_HUB = KerasHubFamily(
    backbone="DistilBertBackbone",
    tokenizer="DistilBertTokenizer",
    task="text_encoder",
    from_keras_hub=hub_encoder_fields,
    to_keras_hub=hub_encoder_arguments,
    weight_map=_weight_map,
    heads={"text_classifier": "DistilBertTextClassifier", "masked_lm": "DistilBertMaskedLM"},
    fixed={"activation": "gelu", "norm_epsilon": 1e-12},
)
