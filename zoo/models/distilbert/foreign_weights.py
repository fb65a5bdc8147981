"""The weights of published DistilBERT models."""

from ...foreign.weight_map import WeightMap
from ...foreign.weight_rules import dense, fused, layer_norm, single
from ..encoder_weights import embedding_rules, encoder_map
from .distilbert_config import DistilBertConfig


def weight_map(config: DistilBertConfig, task: str) -> WeightMap:
    """The map between our weights and those of transformers' class for the task."""
    rules, width, equal = embedding_rules("distilbert.embeddings", segments=False), config.hidden_dim, {}
    for i in range(config.num_layers):
        ours, theirs = f"backbone/block_{i}", f"distilbert.transformer.layer.{i}"
        queries = [f"{theirs}.attention.{name}_lin" for name in "qkv"]
        rules |= {
            **fused(f"{ours}/attention/query_key_value", queries, [width] * 3),
            **dense(f"{ours}/attention/output", f"{theirs}.attention.out_lin"),
            **layer_norm(f"{ours}/attention_norm", f"{theirs}.sa_layer_norm"),
            **dense(f"{ours}/feed_forward/intermediate", f"{theirs}.ffn.lin1"),
            **dense(f"{ours}/feed_forward/output", f"{theirs}.ffn.lin2"),
            **layer_norm(f"{ours}/feed_forward_norm", f"{theirs}.output_layer_norm"),
        }
    if task == "masked_lm":
        rules |= {
            **dense("head/transform", "vocab_transform"),
            **layer_norm("head/norm", "vocab_layer_norm"),
            **single("head/words/bias", "vocab_projector.bias"),
        }
        equal = {"vocab_projector.weight": "distilbert.embeddings.word_embeddings.weight"}
    elif task == "text_classifier":
        rules |= {**dense("head/dense", "pre_classifier"), **dense("head/labels", "classifier")}
    elif task == "span_extractor":
        rules |= dense("head/labels", "qa_outputs")
    return encoder_map(rules, "distilbert.", equal=equal)
