"""What of a foreign configuration is refused, always in one line."""

import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.foreign.foreign_configs import config_from_hugging_face, config_to_hugging_face, task_of

from tests.zoo.foreign.published_configs import DISTILBERT, GPT2, LLAMA, PUBLISHED, T5, bert, electra

MISTRAL = {**LLAMA, "model_type": "mistral", "num_key_value_heads": 8, "sliding_window": 4096}


@pytest.mark.parametrize(
    ("published", "message"),
    [
        ([], "config.json must hold an object of keys and values, not list"),
        ({}, "config.json: model_type is missing; supported: bert, camembert, distilbert, electra, ernie, gpt2"),
        *(
            ({"model_type": other}, f"the model type '{other}' is not supported; supported: bert, camembert,")
            for other in ("bart", "mbart", "granite", "modernbert", "opt", "bret")  # near in letters, far in kind
        ),
        ({"model_type": ["bert"]}, "the model type ['bert'] is not supported"),
        (bert(), "config.json: vocab_size is missing"),
        (bert(vocab_size="30522"), "vocab_size is '30522'; supported: a whole number of at least 1"),
        (bert(vocab_size=True), "vocab_size is True; supported: a whole number of at least 1"),
        (bert(vocab_size=9, num_hidden_layers=0), "num_hidden_layers is 0; supported: a whole number of at least 1"),
        (bert(vocab_size=9, num_attention_heads=7), "hidden_dim (768) must be divisible by num_heads (7)"),
        (bert(vocab_size=9, hidden_dropout_prob=float("nan")), "hidden_dropout_prob is nan; supported: a number of"),
        (bert(vocab_size=9, hidden_dropout_prob=1.5), "dropout must be less than 1, got 1.5"),
        (bert(vocab_size=9, hidden_act="mish"), "hidden_act is 'mish'; supported: 'gelu', 'gelu_python', 'gelu_new'"),
        (bert(vocab_size=9, position_embedding_type="relative_key"), "is 'relative_key'; supported: 'absolute'"),
        (bert(vocab_size=9, is_decoder=True), "is_decoder is True; supported: False"),
        (bert(vocab_size=9, add_cross_attention=True), "add_cross_attention is True; supported: False"),
        (bert(vocab_size=9, tie_word_embeddings=False), "tie_word_embeddings is False; supported: True"),
        (bert(vocab_size=9, pooler_num_fc_layers=2), "pooler_num_fc_layers is 2; supported: 3"),
        (bert(vocab_size=9, quantization_config={"bits": 4}), "the weights are quantised, which is not supported"),
        (
            {**LLAMA, "quantization_config": {"quant_method": "gptq", "bits": 4}},
            "the weights are quantised ('gptq'), which is not supported; name the folder of the model in float32",
        ),
        (bert(vocab_size=9, pruned_heads={"1": [0]}), "pruned_heads is {'1': [0]}; supported: left out, since it"),
        ({**LLAMA, "alibi": True}, "alibi is True; supported: left out, since it changes what the model computes"),
        ({**LLAMA, "num_local_experts": 8}, "num_local_experts is 8; supported: left out"),
        ({**LLAMA, "residual_multiplier": 0.5}, "residual_multiplier is 0.5; supported: left out"),
        ({**LLAMA, "layer_types": ["full_attention", "sliding_attention"]}, "supported: 'full_attention' for every la"),
        ({**LLAMA, "layer_types": "full_attention"}, "supported: 'full_attention' for every layer"),
        (
            {**MISTRAL, "layer_types": ["full_attention", "sliding_attention"]},
            "supported: 'sliding_attention' for every layer",
        ),
        ({**PUBLISHED["ernie_1_0"][0], "use_task_id": True}, "use_task_id is True; supported: False"),
        ({**PUBLISHED["roberta_base"][0], "pad_token_id": 0}, "pad_token_id is 0; supported: 1"),
        ({**PUBLISHED["roberta_base"][0], "max_position_embeddings": 2}, "max_position_embeddings is 2; supported: mo"),
        ({**DISTILBERT, "sinusoidal_pos_embds": True}, "sinusoidal_pos_embds is True; supported: False"),
        (electra("ElectraForMaskedLM", vocab_size=9), "embedding_size is missing"),
        ({**GPT2, "scale_attn_by_inverse_layer_idx": True}, "scale_attn_by_inverse_layer_idx is True; supported: Fal"),
        ({**GPT2, "scale_attn_weights": False}, "scale_attn_weights is False; supported: True"),
        ({**GPT2, "embd_pdrop": 0.2}, r"resid_pdrop (0.1) and embd_pdrop (0.2) must be equal"),
        ({**GPT2, "n_ctx": 512}, "n_ctx is 512; supported: 1024"),
        ({**LLAMA, "attention_bias": True}, "attention_bias is True; supported: False"),
        ({**LLAMA, "mlp_bias": True}, "mlp_bias is True; supported: False"),
        ({**LLAMA, "partial_rotary_factor": 0.5}, "partial_rotary_factor is 0.5; supported: 1"),
        ({**LLAMA, "num_key_value_heads": 5}, "num_heads (32) must be divisible by num_key_value_heads (5)"),
        ({**LLAMA, "head_dim": 5}, "must be even for rotary positions, not 5"),
        ({**LLAMA, "model_type": "mistral"}, "num_key_value_heads is missing"),
        ({**LLAMA, "rope_scaling": {"type": "dynamic", "factor": 2}}, "type is 'dynamic'; supported: 'default', 'line"),
        ({**LLAMA, "rope_scaling": {"type": "linear"}}, "rope_scaling: factor is missing"),
        ({**LLAMA, "rope_scaling": {"type": "linear", "factor": 0.5}}, "rotary_scaling.factor must be greater than or"),
        ({**LLAMA, "rope_scaling": [2]}, "rope_scaling must hold an object"),
        (
            {**LLAMA, "rope_scaling": {"rope_type": "llama3", "factor": 8.0}},
            "original_max_position_embeddings is missing",
        ),
        ({**T5, "feed_forward_proj": "gated-silu"}, "feed_forward_proj is 'gated-silu'; supported: 'relu' or 'gated-g"),
        ({**T5, "dense_act_fn": "gelu_new"}, "dense_act_fn is 'gelu_new'; supported: 'relu'"),
        ({**T5, "relative_attention_num_buckets": 3}, "relative_attention_buckets must be even and at least 4, not 3"),
        ({**T5, "is_encoder_decoder": False}, "is_encoder_decoder is False; supported: True"),
    ],
)
def test_what_is_not_honoured_is_one_line(published, message):
    with pytest.raises(UserError) as caught:
        config_from_hugging_face(published)
    said = str(caught.value)
    for part in message.split(".*"):
        assert part in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"model_type": "bert", "architectures": ["BertForMultipleChoice"]},
            r"'BertForMultipleChoice' \(a choice among texts\) is not supported; supported: BertForMas.*; "
            "for its body alone: --task text_encoder",
        ),
        (
            {"model_type": "roberta", "architectures": ["RobertaForTokenClassification"]},
            r"\(a label for every token\) is not supported",
        ),
        ({"model_type": "llama", "architectures": ["LlamaModel"]}, "supported: LlamaForCausalLM, MistralForCausalLM$"),
        (
            {"model_type": "bert", "architectures": "BertModel"},
            "architectures must be a list of names, not 'BertModel'",
        ),
        ({"model_type": "bert", "architectures": [3]}, "architectures must be a list of names"),
    ],
)
def test_an_architecture_that_is_no_task(values, message):
    with pytest.raises(UserError, match=message):
        task_of(values)


@pytest.mark.parametrize(
    ("name", "task", "message"),
    [
        ("nanogpt_char_cpu", "causal_lm", "use_bias=False has no equivalent there"),
        ("gpt3_175b", "causal_lm", "local_attention_window=256 has no equivalent there"),
        ("lstm_tiny", "causal_lm", "unknown family for Hugging Face's format 'lstm'. Known: bert, distilbert"),
        ("bert_nano", "causal_lm", "unknown task of the family bert"),
    ],
)
def test_what_transformers_does_not_have(name, task, message):
    with pytest.raises(UserError, match=message):
        config_to_hugging_face(zoo.named_model(name).config, task)


def test_the_norms_of_a_distilbert_are_written_into_transformers():
    config = zoo.named_model("distilbert_tiny").config.variant(norm_epsilon=1e-5)
    with pytest.raises(UserError, match="norm_epsilon 1e-12, this one 1e-05"):
        config_to_hugging_face(config, "masked_lm")
