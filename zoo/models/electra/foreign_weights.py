"""The weights of published ELECTRA models."""

from ...foreign.weight_map import WeightMap
from ...foreign.weight_rules import dense, layer_norm, single
from ..encoder_weights import block_rules, embedding_rules, encoder_map
from .electra_config import ElectraConfig


def weight_map(config: ElectraConfig, task: str) -> WeightMap:
    """The map between our weights and those of transformers' class for the task."""
    rules = {**embedding_rules("electra.embeddings"), **block_rules(config, "electra.encoder.layer")}
    equal = {}
    if config.embedding_dim != config.hidden_dim:
        rules |= dense("backbone/projection", "electra.embeddings_project")
    if task == "masked_lm":
        rules |= {
            **dense("head/transform", "generator_predictions.dense"),
            **layer_norm("head/norm", "generator_predictions.LayerNorm"),
            **single("head/words/bias", "generator_lm_head.bias"),
        }
        equal = {"generator_lm_head.weight": "electra.embeddings.word_embeddings.weight"}
    elif task == "replaced_token_detector":
        rules |= {
            **dense("head/dense", "discriminator_predictions.dense"),
            **dense("head/prediction", "discriminator_predictions.dense_prediction"),
        }
    elif task == "text_classifier":
        rules |= {**dense("head/dense", "classifier.dense"), **dense("head/labels", "classifier.out_proj")}
    elif task == "span_extractor":
        rules |= dense("head/labels", "qa_outputs")
    return encoder_map(rules, "electra.", equal=equal)
