"""The configurations that lie beside TF1 checkpoints and at the head of llama2.c files."""

import json
import os
import struct
from pathlib import Path

import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.models.bert import BertConfig
from langzoo.zoo.models.gpt2 import GPT2Config
from langzoo.zoo.models.llama import LlamaConfig

CHINESE = {  # chinese_L-12_H-768_A-12/bert_config.json, every key there is
    "attention_probs_dropout_prob": 0.1,
    "directionality": "bidi",
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "hidden_size": 768,
    "initializer_range": 0.02,
    "intermediate_size": 3072,
    "max_position_embeddings": 512,
    "num_attention_heads": 12,
    "num_hidden_layers": 12,
    "pooler_fc_size": 768,
    "pooler_num_attention_heads": 12,
    "pooler_num_fc_layers": 3,
    "pooler_size_per_head": 128,
    "pooler_type": "first_token_transform",
    "type_vocab_size": 2,
    "vocab_size": 21128,
}
UNCASED = {key: value for key, value in CHINESE.items() if not key.startswith(("pooler", "direct"))}
HPARAMS = {"n_vocab": 50257, "n_ctx": 1024, "n_embd": 768, "n_head": 12, "n_layer": 12}
HEADER = ("dim", "hidden_dim", "n_layers", "n_heads", "n_kv_heads", "vocab_size", "seq_len")
STORIES = dict(zip(HEADER, (64, 172, 5, 8, 4, 512, 512), strict=True))


def shared(*parts):
    path = Path(os.environ.get("LANGZOO_DATA", ""), *parts)
    if "LANGZOO_DATA" not in os.environ or not path.is_file():
        pytest.skip(f"LANGZOO_DATA names no folder with {'/'.join(parts)}")
    return path


def test_google_wrote_the_named_models():
    assert BertConfig.from_bert_config(CHINESE) == zoo.named_model("bert_base_chinese").config
    assert BertConfig.from_bert_config({**UNCASED, "vocab_size": 30522}) == zoo.named_model("bert_base_uncased").config
    wide = {**CHINESE, "hidden_size": 1024, "num_attention_heads": 16, "intermediate_size": 4096}  # keeps the 768
    assert BertConfig.from_bert_config(wide).hidden_dim == 1024


def test_every_key_reaches_its_field():
    changes = {
        "attention_probs_dropout_prob": (0.2, "attention_dropout", 0.2),
        "hidden_act": ("relu", "activation", "relu"),
        "hidden_dropout_prob": (0, "dropout", 0.0),
        "hidden_size": (24, "hidden_dim", 24),
        "initializer_range": (0.5, "initializer_range", 0.5),
        "intermediate_size": (7, "intermediate_dim", 7),
        "max_position_embeddings": (9, "max_sequence_length", 9),
        "num_attention_heads": (6, "num_heads", 6),
        "num_hidden_layers": (3, "num_layers", 3),
        "type_vocab_size": (16, "num_segments", 16),
        "vocab_size": (5, "vocabulary_size", 5),
    }
    assert changes.keys() == UNCASED.keys()
    for key, (value, field, expected) in changes.items():
        config = BertConfig.from_bert_config({**UNCASED, key: value})
        assert getattr(config, field) == expected
        assert config != zoo.named_model("bert_base_chinese").config


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"directionality": "left"}, "bert_config.json: directionality is 'left'; supported: 'bidi'"),
        ({"pooler_type": "mean"}, "pooler_type is 'mean'; supported: 'first_token_transform'"),
        ({"pooler_fc_size": 512}, "pooler_fc_size is 512; supported: 768"),
        ({"pooler_fc_size": 768.0}, "pooler_fc_size is 768.0; supported: 768"),
        ({"pooler_num_attention_heads": 3}, "pooler_num_attention_heads is 3; supported: 12"),
        ({"pooler_num_fc_layers": 1}, "pooler_num_fc_layers is 1; supported: 3"),
        ({"pooler_size_per_head": 64}, "pooler_size_per_head is 64; supported: 128 or 16"),
        ({"hidden_act": "linear"}, "hidden_act is 'linear'; supported: 'gelu', 'relu' or 'tanh'"),
        ({"num_hidden_groups": 2}, "num_hidden_groups is 2; supported: left out, since it changes"),
        ({"vocab_size": None}, "bert_config.json: vocab_size is missing"),
        ({"vocab_size": -1}, "vocab_size is -1; supported: a whole number of at least 1"),
        ({"type_vocab_size": None}, "type_vocab_size is missing"),
        ({"hidden_size": 770}, "hidden_dim (770) must be divisible by num_heads (12)"),
        ({"hidden_dropout_prob": 1}, "dropout must be less than 1, got 1.0"),
    ],
)
def test_a_bert_config_that_no_published_model_has(change, message):
    with pytest.raises(UserError) as caught:
        BertConfig.from_bert_config({**CHINESE, **change})
    assert message in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("values", [None, [1], "text"])
def test_a_bert_config_that_is_no_object(values):
    with pytest.raises(UserError, match=r"bert_config\.json must hold an object of keys and values"):
        BertConfig.from_bert_config(values)


def test_next_sentence_needs_the_pooler():
    with pytest.raises(UserError, match="next_sentence=True needs pooler='first_token', not None"):
        zoo.named_model("bert_nano").config.variant(pooler=None)
    without = zoo.named_model("bert_nano").config.variant(pooler=None, next_sentence=False)
    assert without.parameter_count("text_encoder") == 62_688 - 33 * 32  # the dense layer of the pooler


def test_openai_wrote_gpt2_small():
    assert GPT2Config.from_hparams(HPARAMS) == zoo.named_model("gpt2_small").config


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_embd": None}, "hparams.json: n_embd is missing"),
        ({"n_head": 7}, "hidden_dim (768) must be divisible by num_heads (7)"),
    ],
)
def test_hparams_that_cannot_be(change, message):
    with pytest.raises(UserError) as caught:
        GPT2Config.from_hparams({**HPARAMS, **change})
    assert message in str(caught.value)


def test_llama2c_wrote_stories260k():
    assert LlamaConfig.from_llama2c_header(STORIES) == zoo.named_model("llama_stories260k").config


def test_a_negative_vocabulary_unties_the_output():
    untied = LlamaConfig.from_llama2c_header({**STORIES, "vocab_size": -512})
    assert (untied.vocabulary_size, untied.tie_embeddings) == (512, False)
    assert untied == LlamaConfig.from_llama2c_header({**STORIES, "shared_classifier": False})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"vocab_size": 0}, "llama2.c header: vocab_size is 0; supported: a whole number, negative where"),
        ({"dim": -64}, "dim is -64; supported: a whole number of at least 1"),
        ({"n_kv_heads": 3}, "num_heads (8) must be divisible by num_key_value_heads (3)"),
        (
            {"vocab_size": -512, "shared_classifier": True},
            "shared_classifier is true, but vocab_size (-512) is negative",
        ),
        ({"seq_len": None}, "seq_len is missing"),
        ({"bias": 1}, "unknown key 'bias'"),
    ],
)
def test_a_llama2c_header_that_cannot_be(change, message):
    with pytest.raises(UserError) as caught:
        LlamaConfig.from_llama2c_header({**STORIES, **change})
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("scaling", "message"),
    [
        ({"kind": "llama3", "factor": 8.0}, "rotary_scaling: kind 'llama3' needs"),
        ({"kind": "linear", "factor": 2.0, "beta_fast": 3.0}, "kind 'linear' has no beta_fast, got 3.0"),
        ({"kind": "linear", "factor": 2}, None),
        ({"kind": "ntk", "factor": 2.0}, "rotary_scaling.kind must be 'linear', 'llama3' or 'yarn', got 'ntk'"),
        ({"kind": "linear", "factor": 2.0, "x": 1}, "unknown key 'rotary_scaling.x'"),
        (
            {"kind": "yarn", "factor": 2.0, "original_max_sequence_length": 8, "beta_fast": 1.0, "beta_slow": 1.0},
            "beta_slow (1.0) must be below beta_fast (1.0)",
        ),
    ],
)
def test_rotary_scaling_has_the_numbers_of_its_kind(scaling, message):
    config = zoo.named_model("llama_tiny").config
    if message is None:
        changed = config.variant(rotary_scaling=scaling)
        assert LlamaConfig.from_dict(json.loads(json.dumps(changed.to_dict()))) == changed
        assert hash(changed) == hash(changed.variant())
        return
    with pytest.raises(UserError) as caught:
        config.variant(rotary_scaling=scaling)
    assert message in str(caught.value)


@pytest.mark.data
def test_the_toy_checkpoints():
    bert = json.loads(shared("toy_checkpoints", "keras_bert", "bert_config.json").read_text())
    config = BertConfig.from_bert_config(bert)
    assert (config.hidden_dim, config.num_heads, config.max_sequence_length) == (4, 4, 16)
    gpt2 = GPT2Config.from_hparams(json.loads(shared("toy_checkpoints", "keras_gpt2", "hparams.json").read_text()))
    assert (gpt2.vocabulary_size, gpt2.hidden_dim, gpt2.feed_forward_dim) == (356, 15, 60)


@pytest.mark.data
def test_the_header_of_stories260k():
    with shared("stories260K", "stories260K.bin").open("rb") as file:
        header = dict(zip(HEADER, struct.unpack("7i", file.read(28)), strict=True))
    assert LlamaConfig.from_llama2c_header(header) == zoo.named_model("llama_stories260k").config
