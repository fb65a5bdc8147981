"""Small models as Hugging Face publishes them, whose weights follow from their names."""

import json
from pathlib import Path

import numpy as np
from langzoo.zoo.foreign.foreign_configs import config_from_hugging_face, task_of
from langzoo.zoo.foreign.foreign_families import foreign_family
from langzoo.zoo.model_directory import build
from safetensors.numpy import load_file, save_file

_ENCODER = {
    "vocab_size": 20,
    "hidden_size": 8,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 12,
    "max_position_embeddings": 10,
    "type_vocab_size": 2,
}
_LLAMA = {
    "vocab_size": 20,
    "hidden_size": 8,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 12,
    "max_position_embeddings": 10,
}
_T5 = {"vocab_size": 20, "d_model": 8, "d_kv": 3, "d_ff": 12, "num_layers": 2, "num_heads": 2}
_ROBERTA = {**_ENCODER, "type_vocab_size": 1, "max_position_embeddings": 12, "pad_token_id": 1, "layer_norm_eps": 1e-5}

CONFIGS = {
    "bert": {"model_type": "bert", "architectures": ["BertForPreTraining"], **_ENCODER},
    "bert_body": {"model_type": "bert", "architectures": ["BertModel"], **_ENCODER},
    "bert_classifier": {
        "model_type": "bert",
        "architectures": ["BertForSequenceClassification"],
        "id2label": {"0": "bad", "1": "good"},
        **_ENCODER,
    },
    "roberta": {"model_type": "roberta", "architectures": ["RobertaForMaskedLM"], **_ROBERTA},
    "distilbert": {
        "model_type": "distilbert",
        "architectures": ["DistilBertForMaskedLM"],
        "vocab_size": 20,
        "dim": 8,
        "n_layers": 2,
        "n_heads": 2,
        "hidden_dim": 12,
        "max_position_embeddings": 10,
    },
    "electra": {
        "model_type": "electra",
        "architectures": ["ElectraForPreTraining"],
        "embedding_size": 4,
        **_ENCODER,
    },
    "gpt2": {
        "model_type": "gpt2",
        "architectures": ["GPT2LMHeadModel"],
        "vocab_size": 20,
        "n_embd": 8,
        "n_layer": 2,
        "n_head": 2,
        "n_positions": 10,
    },
    "llama": {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "tie_word_embeddings": True, **_LLAMA},
    "mistral": {"model_type": "mistral", "architectures": ["MistralForCausalLM"], "sliding_window": 3, **_LLAMA},
    "t5": {
        "model_type": "t5",
        "architectures": ["T5ForConditionalGeneration"],
        "decoder_start_token_id": 0,
        "relative_attention_num_buckets": 8,
        "relative_attention_max_distance": 10,
        **_T5,
    },
    "t5_v1_1": {
        "model_type": "t5",
        "architectures": ["T5ForConditionalGeneration"],
        "decoder_start_token_id": 0,
        "feed_forward_proj": "gated-gelu",
        "tie_word_embeddings": False,
        **_T5,
    },
}

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmn", "猫"]
"""A vocabulary of the encoders' size."""


def write_foreign_folder(folder: Path, kind: str, *, vocabulary: bool = False, changes: dict | None = None) -> Path:
    """A folder with `config.json` (with `changes` to its keys) and `model.safetensors`, and `vocab.txt` where asked.

    The weights are drawn in the sorted order of their names from N(0, 0.2²), a generator of seed 0; vectors called
    weight, which are scales, are 1 more.
    """
    folder.mkdir(parents=True, exist_ok=True)
    values = {**CONFIGS[kind], **(changes or {})}
    (folder / "config.json").write_text(json.dumps(values), encoding="utf-8")
    config, task = config_from_hugging_face(values), task_of(values)
    options = {"labels": ["bad", "good"]} if task == "text_classifier" else {}
    model = build(config, name=kind, task=task, options=options)
    shapes = {
        name: shape for name, shape, _ in foreign_family(config).weight_map(config, task).to_foreign(model.weights)
    }
    random = np.random.default_rng(0)
    tensors = {}
    for name in sorted(shapes):
        scale = len(shapes[name]) == 1 and name.endswith("weight")
        tensors[name] = (random.normal(0, 0.2, shapes[name]) + scale).astype(np.float32)
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    if vocabulary:
        (folder / "vocab.txt").write_text("".join(f"{word}\n" for word in WORDS), encoding="utf-8")
    return folder


def change_tensors(folder: Path, changes: dict | None = None, *, without: str = "") -> None:
    """Writes the weights anew with other tensors, or without one."""
    path = folder / "model.safetensors"
    tensors = {**load_file(path), **(changes or {})}
    save_file({name: array for name, array in tensors.items() if name != without}, path, {"format": "pt"})


def change_config(folder: Path, **changes) -> None:
    """Writes `config.json` anew with other values."""
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")
