"""The weights of published BERT models: Hugging Face's names and Google's."""

import re
from collections.abc import Collection

from ...foreign.weight_map import WeightMap
from ...foreign.weight_rules import dense, layer_norm, single
from ..encoder_weights import block_rules, embedding_rules, encoder_map, has_pooler
from .bert_config import BertConfig


def fitted(config: BertConfig, task: str, names: Collection[str]) -> BertConfig:
    """The variant of a configuration that fits the pooler and next-sentence head in a file."""
    if task == "masked_lm":
        found = any(name.endswith("cls.seq_relationship.weight") for name in names)
        return config.variant(next_sentence=found, pooler="first_token")
    return config.variant(next_sentence=False, pooler="first_token" if has_pooler(names) else None)


def weight_map(config: BertConfig, task: str) -> WeightMap:
    """The map between our weights and those of transformers' class for the task."""
    rules = {**embedding_rules("bert.embeddings"), **block_rules(config, "bert.encoder.layer")}
    equal = {}
    if task == "masked_lm":
        rules |= {
            **dense("head/transform", "cls.predictions.transform.dense"),
            **layer_norm("head/norm", "cls.predictions.transform.LayerNorm"),
            **single("head/words/bias", "cls.predictions.bias"),
        }
        equal = {
            "cls.predictions.decoder.weight": "bert.embeddings.word_embeddings.weight",
            "cls.predictions.decoder.bias": "cls.predictions.bias",
        }
        if config.next_sentence:
            rules |= dense("next_sentence_head/pooler/dense", "bert.pooler.dense")
            rules |= dense("next_sentence_head/relation", "cls.seq_relationship")
    elif task == "text_classifier":
        rules |= dense("head/dense", "bert.pooler.dense") if config.pooler else {}
        rules |= dense("head/labels", "classifier")
    elif task == "span_extractor":
        rules |= dense("head/labels", "qa_outputs")
    elif config.pooler:
        rules |= dense("pooler/dense", "bert.pooler.dense")
    without_pooler = task == "span_extractor" or (task == "masked_lm" and not config.next_sentence)
    return encoder_map(rules, "bert.", "ernie.", equal=equal, without_pooler=without_pooler)


def from_tf_name(name: str) -> tuple[str, bool] | None:
    """Hugging Face's name of a variable in Google's checkpoints, and whether it is transposed there.

    Example:
        >>> from_tf_name("bert/encoder/layer_3/attention/self/query/kernel")
        ('bert.encoder.layer.3.attention.self.query.weight', True)
    """
    if not name.startswith(("bert/", "cls/")):
        return None
    if name == "cls/seq_relationship/output_weights":
        return "cls.seq_relationship.weight", False
    # A name without a suffix of its own is a table: "word_embeddings".
    new = re.sub(r"_embeddings$", "_embeddings/weight", name)
    new = re.sub(r"/(kernel|gamma)$", "/weight", new)
    new = re.sub(r"/(beta|output_bias)$", "/bias", new)
    new = re.sub(r"/layer_(\d+)/", r"/layer/\1/", new)
    return new.replace("/", "."), name.endswith("/kernel")
