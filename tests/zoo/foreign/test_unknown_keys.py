"""Keys of a foreign configuration that no number depends on: they pass; those nobody knows are told of in one line."""

import warnings

import pytest
from langzoo.zoo.foreign.foreign_configs import config_from_hugging_face
from langzoo.zoo.import_remark import ImportRemark
from langzoo.zoo.models.bert.bert_config import BertConfig
from langzoo.zoo.models.gpt2.gpt2_config import GPT2Config

from tests.zoo.foreign.published_configs import GPT2, LLAMA, PUBLISHED, bert
from tests.zoo.foreign.test_checkpoint_configs import CHINESE, HPARAMS

MISTRAL = {**LLAMA, "model_type": "mistral", "num_key_value_heads": 8, "sliding_window": 4096}
SILENT = [  # as published: gpt2-medium, SmolLM2, cross-encoders, fine-tunes of many tools
    {"predict_special_tokens": True},
    {"is_llama_config": True},
    {"transformers.js_config": {"kv_cache_dtype": {"q4f16": "float16"}}},
    {"unsloth_fixed": True, "unsloth_version": "2025.1.5"},
    {"sbert_ce_default_activation_function": "torch.nn.modules.linear.Identity"},
    {"sentence_transformers": {"activation_fn": "torch.nn.modules.linear.Identity", "version": "4.0.1"}},
    {"neftune_noise_alpha": 5},
    {"tokenizer_model_max_length": 2048, "tokenizer_padding_side": "right"},
    {"attn_implementation": "flash_attention_2"},
    {"model_max_length": 4096},
    {"layer_types": ["full_attention"] * 2},
    {"alibi": False, "pruned_heads": {}, "residual_multiplier": 1.0, "rope_interleaved": False},
]


@pytest.mark.parametrize("keys", SILENT, ids=lambda keys: next(iter(keys)))
@pytest.mark.parametrize("published", [bert(vocab_size=9), GPT2, LLAMA], ids=["bert", "gpt2", "llama"])
def test_keys_that_change_nothing(keys, published):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert config_from_hugging_face({**published, **keys}) == config_from_hugging_face(published)


@pytest.mark.parametrize("name", PUBLISHED)
def test_nothing_is_told_of_what_is_published(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        config_from_hugging_face(PUBLISHED[name][0])


def test_keys_of_llama():
    """vicuna-7b-v1.5-16k; transformers reads neither `max_sequence_length` nor `finetuned`."""
    vicuna = {
        **LLAMA,
        "max_position_embeddings": 4096,
        "max_sequence_length": 16384,
        "rope_scaling": {"factor": 4.0, "type": "linear", "finetuned": True},
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        config = config_from_hugging_face(vicuna)
        every = {"layer_types": ["sliding_attention"] * 32}
        assert config_from_hugging_face({**MISTRAL, **every}) == config_from_hugging_face(MISTRAL)
    assert (config.max_sequence_length, config.rotary_scaling.factor) == (4096, 4.0)


@pytest.mark.parametrize(
    ("read", "published", "message"),
    [
        (config_from_hugging_face, {**GPT2, "auto_map": {"AutoModel": "x.Y"}}, "auto_map"),
        (config_from_hugging_face, {**LLAMA, "norm": "rms", "ring": 0}, r"norm \('rms'\), ring \(0\)$"),
        (config_from_hugging_face, {**LLAMA, "rope_scaling": {"type": "linear", "factor": 2, "fcator": 3}}, "fcator"),
        (config_from_hugging_face, {**GPT2, **{f"k{i}": i for i in range(20)}}, r"k11 \(11\) and 8 more$"),
        (config_from_hugging_face, {**GPT2, "a\x1b[2J": "b\nc" * 999}, r"a\\x1b\[2J"),
        (
            BertConfig.from_bert_config,
            {**CHINESE, "num_hidden_layer": 3},
            r"bert_config\.json: .*num_hidden_layer \(3\)",
        ),
        (GPT2Config.from_hparams, {**HPARAMS, "n_layers": 2}, r"hparams\.json: .*n_layers \(2\)"),
    ],
)
def test_unknown_keys_are_one_remark(read, published, message):
    with pytest.warns(ImportRemark, match=message) as told:
        read(published)
    assert len(told) == 1 and len(str(told[0].message)) < 1000 and "\n" not in str(told[0].message)
