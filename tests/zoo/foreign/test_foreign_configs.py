"""Published configurations are the named models; what is written is read back, by transformers too."""

import json

import pytest
from langzoo import zoo
from langzoo.zoo.foreign.foreign_configs import config_from_hugging_face, config_to_hugging_face, task_of
from langzoo.zoo.foreign.foreign_families import foreign_family

from tests.zoo.foreign.published_configs import ENCODER, LLAMA, PUBLISHED, ROBERTA, T5_V1_1


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_configuration_is_the_named_model(name):
    published, changes = PUBLISHED[name]
    named = zoo.named_model(name)
    assert config_from_hugging_face(json.loads(json.dumps(published))) == named.config.variant(**changes)
    assert task_of(published) == named.task


def test_relatives_of_roberta_and_llama():
    camembert = {**ENCODER, **ROBERTA, "model_type": "camembert", "vocab_size": 32005, "output_past": True}
    assert config_from_hugging_face(camembert) == zoo.named_model("roberta_base").config.variant(
        vocabulary_size=32005, padding_id=1
    )
    assert task_of({**camembert, "architectures": ["CamembertForMaskedLM"]}) == "masked_lm"
    assert task_of(camembert) is None
    assert task_of({"model_type": "xlm-roberta", "architectures": ["XLMRobertaModel"]}) == "text_encoder"
    mistral = {
        **{key: value for key, value in LLAMA.items() if key != "max_sequence_length"},
        "architectures": ["MistralForCausalLM"],
        "model_type": "mistral",
        "num_key_value_heads": 8,
        "intermediate_size": 14336,
        "max_position_embeddings": 32768,
        "rope_theta": 10000.0,
        "sliding_window": 4096,
    }
    config = config_from_hugging_face(mistral)
    assert (config.num_key_value_heads, config.sliding_window, config.parameter_count()) == (8, 4096, 7_241_732_096)
    assert config_from_hugging_face({**mistral, "sliding_window": None}).sliding_window is None
    assert config_to_hugging_face(config, "causal_lm")["model_type"] == "mistral"


ROPES = [
    (None, None),
    ({"rope_type": "default"}, None),
    ({"type": "linear", "factor": 2.0}, {"kind": "linear", "factor": 2.0}),
    (
        {
            "rope_type": "llama3",
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 8192,
        },
        {
            "kind": "llama3",
            "factor": 8.0,
            "original_max_sequence_length": 8192,
            "low_frequency_factor": 1.0,
            "high_frequency_factor": 4.0,
        },
    ),
    (
        {"rope_type": "yarn", "factor": 4},
        {"kind": "yarn", "factor": 4.0, "original_max_sequence_length": 2048, "beta_fast": 32.0, "beta_slow": 1.0},
    ),
]


@pytest.mark.parametrize(("rope", "scaling"), ROPES)
@pytest.mark.parametrize("key", ["rope_scaling", "rope_parameters"])
def test_rotary_scaling(rope, scaling, key):
    older = {"rope_theta": 5e5, key: rope}
    newer = {key: {**(rope or {"rope_type": "default"}), "rope_theta": 5e5}}
    for written in (older, newer):
        config = config_from_hugging_face({**LLAMA, **written})
        assert config.rotary_base == 5e5
        assert (config.rotary_scaling.to_dict() if scaling else config.rotary_scaling) == scaling
        back = config_to_hugging_face(config, "causal_lm")
        assert config_from_hugging_face(json.loads(json.dumps(back))) == config


def test_the_two_scales_of_yarn_are_one_factor():
    """(0.1 a ln f + 1) / (0.1 b ln f + 1)."""
    rope = {"rope_type": "yarn", "factor": 40, "mscale": 1.0, "mscale_all_dim": 0.5}
    config = config_from_hugging_face({**LLAMA, "rope_scaling": rope})
    assert config.rotary_scaling.attention_factor == pytest.approx(1.3688879454 / 1.1844439727, abs=1e-9)


def test_t5_v1_1_as_version_5_writes_it():
    config = config_from_hugging_face({**T5_V1_1, "tie_word_embeddings": True, "scale_decoder_outputs": False})
    assert config == zoo.named_model("t5_v1_1_base").config


THERE = ("bert", "roberta", "distilbert", "electra", "gpt2", "llama", "t5")
COUNTED = {"roberta": {"padding_id": 1}}  # transformers counts the positions of all RoBERTas by it
NAMES = [m.name for m in zoo.named_models() if m.family in THERE and m.name not in ("nanogpt_char_cpu", "gpt3_175b")]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_read_back(name):
    named = zoo.named_model(name)
    for task in sorted(set(foreign_family(named.config).architectures.values())):
        written = json.loads(json.dumps(config_to_hugging_face(named.config, task)))
        # Only a masked model can say whether it predicts the next sentence.
        lost = {"next_sentence": False} if named.family == "bert" and task != "masked_lm" else {}
        assert config_from_hugging_face(written) == named.config.variant(**lost, **COUNTED.get(named.family, {}))
        assert task_of(written) == task


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_transformers_reads_it_and_writes_it_back(name, tmp_path):
    transformers = pytest.importorskip("transformers")
    named = zoo.named_model(name)
    written = config_to_hugging_face(named.config, named.task)
    (tmp_path / "config.json").write_text(json.dumps(written))
    theirs = transformers.AutoConfig.from_pretrained(tmp_path)
    assert type(theirs).model_type == written["model_type"]
    theirs.save_pretrained(tmp_path)
    again = json.loads((tmp_path / "config.json").read_text())
    assert config_from_hugging_face(again) == named.config.variant(**COUNTED.get(named.family, {}))
    assert task_of(again) == named.task


@pytest.mark.slow
def test_transformers_reads_rotary_scaling(tmp_path):
    transformers = pytest.importorskip("transformers")
    for _, scaling in ROPES:
        config = zoo.named_model("llama_tiny").config.variant(rotary_scaling=scaling)
        (tmp_path / "config.json").write_text(json.dumps(config_to_hugging_face(config, "causal_lm")))
        theirs = transformers.AutoConfig.from_pretrained(tmp_path)
        assert theirs.rope_parameters["rope_type"] == (scaling["kind"] if scaling else "default")
        theirs.save_pretrained(tmp_path)
        assert config_from_hugging_face(json.loads((tmp_path / "config.json").read_text())) == config
