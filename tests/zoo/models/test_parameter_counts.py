"""Numbers of weights: each was counted once on the model that transformers 5.23 builds of the same configuration, tied
weights once. Those without an equal there (transformer, transformer_lm, pangu, nanoGPT) are worked out below.
"""

import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.foreign.foreign_configs import config_to_hugging_face
from langzoo.zoo.models import weight_counts as count

ENCODERS = {  # masked_lm, text_encoder, text_classifier of two classes
    "bert_nano": (64_874, 62_688, 62_754),
    "bert_tiny_uncased": (4_433_468, 4_385_920, 4_386_178),
    "bert_mini_uncased": (11_267_900, 11_170_560, 11_171_074),
    "bert_small_uncased": (29_058_876, 28_763_648, 28_764_674),
    "bert_medium_uncased": (41_668_412, 41_373_184, 41_374_210),
    "bert_base_uncased": (110_106_428, 109_482_240, 109_483_778),
    "bert_large_uncased": (336_226_108, 335_141_888, 335_143_938),
    "bert_base_cased": (108_932_934, 108_310_272, 108_311_810),
    "bert_base_chinese": (102_882_442, 102_267_648, 102_269_186),
    "bert_wwm_chinese": (102_882_442, 102_267_648, 102_269_186),
    "ernie_1_0": (99_885_648, 99_866_112, 99_867_650),
    "minilm_l6_uncased": (22_744_506, 22_713_216, 22_713_986),
    "roberta_tiny": (63_784, 61_664, 62_786),
    "roberta_base": (124_697_433, 124_055_040, 124_647_170),
    "roberta_large": (355_412_057, 354_310_144, 355_361_794),
    "distilbert_tiny": (63_688, 61_568, 62_690),
    "distilbert_base_uncased": (66_985_530, 66_362_880, 66_955_010),
    "electra_tiny": (45_624, 44_064, 45_186),
    "electra_small": (13_546_682, 13_483_008, 13_549_314),
    "electra_base": (109_514_298, 108_891_648, 109_483_778),
    "electra_large": (335_174_458, 334_092_288, 335_143_938),
    "electra_small_generator": (13_546_682, 13_483_008, 13_549_314),
    "electra_base_generator": (33_740_602, 33_511_168, 33_577_474),
    "electra_large_generator": (51_295_290, 50_999_552, 51_065_858),
}
DISCRIMINATORS = {
    "electra_tiny": 45_153,
    "electra_small": 13_549_057,
    "electra_base": 109_483_009,
    "electra_large": 335_142_913,
}
DECODERS = {
    "gpt2_tiny": 61_568,
    "gpt2_small": 124_439_808,
    "gpt2_medium": 354_823_168,
    "gpt2_large": 774_030_080,
    "gpt2_xl": 1_557_611_200,
    "gpt3_175b": 174_604_259_328,
    "llama_tiny": 87_200,
    "llama_stories260k": 260_032,
    "llama_7b": 6_738_415_616,
    "t5_tiny": 73_472,
    "t5_small": 60_506_624,
    "t5_base": 222_903_552,
    "t5_large": 737_668_096,
    "t5_v1_1_small": 76_961_152,
    "t5_v1_1_base": 247_577_856,
    "t5_v1_1_large": 783_150_080,
}
NOT_THERE = {
    "nanogpt_char_cpu": 804_096,
    "transformer_tiny": 74_752,
    "transformer_base": 63_082_496,
    "transformer_big": 214_245_376,
    "transformer_lm_tiny": 92_128,
    "pangu_tiny": 65_664,
    "pangu_alpha_200b": 206_861_008_896,
}
ALL = {**{name: counts[0] for name, counts in ENCODERS.items()}, **DISCRIMINATORS, **DECODERS, **NOT_THERE}
ALL["minilm_l6_uncased"] = ENCODERS["minilm_l6_uncased"][1]
OLDER = {
    "lstm",
    "ngram",
    "bayes",
    "backoff",
    "hmm",
    "bilstm",
    "text_lstm",
    "text_cnn",
    "gru",
    "rnnlm",
    "nnlm",
    "char_cnn_lstm",
    "awd_lstm",
    "lstm_seq2seq",
    "lstm_vae",
}


@pytest.mark.parametrize("name", ALL)
def test_a_named_model_has_the_weights_of_its_task(name):
    assert zoo.named_model(name).parameters == ALL[name]


def test_every_transformer_is_counted_here():
    assert sorted(ALL) == [model.name for model in zoo.named_models() if model.family not in OLDER]


@pytest.mark.parametrize("name", ENCODERS)
def test_every_task_of_an_encoder(name):
    config = zoo.named_model(name).config
    counted = [config.parameter_count(task) for task in ("masked_lm", "text_encoder", "text_classifier")]
    assert tuple(counted) == ENCODERS[name]


def test_every_family_has_a_model_of_under_100_000_weights():
    smallest = {}
    for model in zoo.named_models():
        smallest[model.family] = min(model.parameters, smallest.get(model.family, model.parameters))
    assert {family: size for family, size in smallest.items() if size >= 100_000 and family != "bilstm"} == {}


def test_a_class_more_is_a_row_more():
    config = zoo.named_model("bert_nano").config
    assert config.parameter_count("text_classifier", num_classes=5) == 62_754 + 3 * 33
    with pytest.raises(UserError, match="num_classes must be at least 1, not 0"):
        config.parameter_count("text_classifier", num_classes=0)


@pytest.mark.parametrize(
    ("name", "task", "message"),
    [
        (
            "bert_nano",
            "causal_lm",
            "unknown task of the family bert: 'causal_lm'. Known: masked_lm, multi_task, relation_classifier, rep",
        ),
        (
            "gpt2_tiny",
            "masked_lm",
            "unknown task of the family gpt2: 'masked_lm'. Known: causal_lm, multi_task, text_class",
        ),
        ("t5_tiny", "seq2seq", "Did you mean seq2seq_lm"),
        ("lstm_tiny", "text_encoder", "unknown task of the family lstm"),
        ("bigram", "text_encoder", "unknown task of the family ngram"),
        ("bilstm_next_word", "text_encoder", "unknown task of the family bilstm"),
    ],
)
def test_a_task_that_the_family_does_not_have(name, task, message):
    with pytest.raises(UserError, match=message):
        zoo.named_model(name).config.parameter_count(task)


def test_the_first_transformer_by_hand():
    """V D; four products of D x D and their biases; two of D x F; two norms, three in the decoder."""
    d, f, v = 512, 2048, 37_000
    attention, feed_forward, norm = 4 * (d * d + d), d * f + f + f * d + d, 2 * d
    encoder, decoder = attention + feed_forward + 2 * norm, 2 * attention + feed_forward + 3 * norm
    assert v * d + 6 * encoder + 6 * decoder == NOT_THERE["transformer_base"]
    unequal = zoo.named_model("transformer_base").config.variant(num_decoder_layers=1)
    assert unequal.parameter_count() == v * d + 6 * encoder + decoder


def test_a_transformer_lm_is_embedding_and_blocks():
    d, f = 48, 128
    assert 1000 * d + 2 * (4 * (d * d + d) + d * f + f + f * d + d + 4 * d) == NOT_THERE["transformer_lm_tiny"]


def test_pangu_is_a_gpt2_with_a_second_table_of_positions():
    config = zoo.named_model("pangu_alpha_200b").config
    gpt2 = zoo.named_model("gpt2_small").config.variant(
        vocabulary_size=40_000, num_layers=64, num_heads=128, hidden_dim=16_384
    )
    assert config.parameter_count() - gpt2.parameter_count() == 1024 * 16_384


def test_nanogpt_has_no_bias():
    """12 D² a block, D a norm."""
    d = 128
    assert (65 + 64) * d + 4 * (12 * d * d + 2 * d) + d == NOT_THERE["nanogpt_char_cpu"]


def test_fewer_key_heads_and_another_width_of_heads():
    """Queries 8 x 16 wide, keys and values 2 x 16."""
    assert count.attention(64, query_dim=128, key_value_dim=32, use_bias=False) == 64 * 128 + 2 * 64 * 32 + 128 * 64
    config = zoo.named_model("llama_tiny").config
    wide = config.variant(head_dim=16, num_key_value_heads=1)
    assert wide.parameter_count() - config.parameter_count() == 2 * 32 * (2 * 64 + 2 * 16 - 2 * 32 - 2 * 16)


def test_untied_t5_has_one_matrix_more():
    config = zoo.named_model("t5_tiny").config
    assert config.variant(tie_embeddings=False).parameter_count() - config.parameter_count() == 1000 * 32


@pytest.mark.slow
@pytest.mark.parametrize("name", [*ENCODERS, *DECODERS])
def test_transformers_counts_the_same(name, tmp_path):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    config = zoo.named_model(name).config
    local = {"local_attention_window": None} if name == "gpt3_175b" else {}  # has no weights
    for task in config.fitting_tasks():
        written = config_to_hugging_face(config.variant(**local), task)
        theirs = transformers.AutoConfig.for_model(**written)
        with torch.device("meta"):
            model = getattr(transformers, written["architectures"][0])(theirs)
        counted = sum(weight.numel() for weight in model.parameters())
        if written["model_type"] == "t5" and not config.tie_embeddings:  # tied there until weights are loaded
            counted += config.vocabulary_size * config.hidden_dim
        if written["architectures"] == ["RobertaModel"]:  # has a pooler there, which no published file holds
            counted -= (config.hidden_dim + 1) * config.hidden_dim
        assert config.parameter_count(task) == counted, task
