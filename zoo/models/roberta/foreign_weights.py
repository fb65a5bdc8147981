"""The weights of published RoBERTa models."""

from collections.abc import Collection

from ...foreign.weight_map import WeightMap
from ...foreign.weight_rules import dense, layer_norm, single
from ..encoder_weights import block_rules, embedding_rules, encoder_map, has_pooler
from .roberta_config import RobertaConfig


def fitted(config: RobertaConfig, task: str, names: Collection[str]) -> RobertaConfig:
    """The variant of a configuration that fits the pooler in a file of the body."""
    return config.variant(pooler="first_token" if task == "text_encoder" and has_pooler(names) else None)


def weight_map(config: RobertaConfig, task: str) -> WeightMap:
    """The map between our weights and those of transformers' class for the task."""
    rules = {**embedding_rules("roberta.embeddings"), **block_rules(config, "roberta.encoder.layer")}
    equal = {}
    if task == "masked_lm":
        rules |= {
            **dense("head/transform", "lm_head.dense"),
            **layer_norm("head/norm", "lm_head.layer_norm"),
            **single("head/words/bias", "lm_head.bias"),
        }
        equal = {
            "lm_head.decoder.weight": "roberta.embeddings.word_embeddings.weight",
            "lm_head.decoder.bias": "lm_head.bias",
        }
    elif task == "text_classifier":
        rules |= {**dense("head/dense", "classifier.dense"), **dense("head/labels", "classifier.out_proj")}
    elif task == "span_extractor":
        rules |= dense("head/labels", "qa_outputs")
    elif config.pooler:
        rules |= dense("pooler/dense", "roberta.pooler.dense")
    return encoder_map(rules, "roberta.", equal=equal, without_pooler=task != "text_encoder")
