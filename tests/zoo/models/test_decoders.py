"""Every causal Transformer keeps the contract of causal language models."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers import CharacterTokenizer
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.models.gpt2 import GPT2Config
from langzoo.zoo.models.llama import LlamaConfig
from langzoo.zoo.models.pangu import PanguConfig
from langzoo.zoo.models.transformer_lm import TransformerLMConfig
from langzoo.zoo.tasks import CausalLM

from tests.checks.model import (
    BATCH,
    LENGTH,
    TOLERANCE,
    check_causal_lm,
    check_causality,
    check_parameters,
    check_prefill,
    check_steps,
)

TOKENIZER = CharacterTokenizer(["<unk>", "<eos>", *"abcdefgh 猫"])
SIZE = {"vocabulary_size": 12, "num_layers": 2, "num_heads": 4, "hidden_dim": 16, "max_sequence_length": 24}
CONFIGS = {
    "gpt2": GPT2Config(**SIZE),
    "gpt3's bands, no biases": GPT2Config(**SIZE, use_bias=False, intermediate_dim=24, local_attention_window=2),
    "llama": LlamaConfig(
        **SIZE, intermediate_dim=24, num_key_value_heads=2, head_dim=6, sliding_window=3, tie_embeddings=True
    ),
    "transformer_lm": TransformerLMConfig(**SIZE, intermediate_dim=24),
    "pangu": PanguConfig(**SIZE),
}


def make(config, seed=0):
    """Weights large enough for predictions to differ."""
    model = CausalLM(config, tokenizer=TOKENIZER, name="small")
    random = np.random.default_rng(seed)
    for weight in model.weights:
        if len(weight.shape) > 1:
            weight.assign(random.normal(size=weight.shape) * 0.4)
    return model


WHOLE = "llama"  # The others share their blocks and their walk; their whole contract takes its time.


@pytest.mark.parametrize(
    "name", [WHOLE, *(pytest.param(name, marks=pytest.mark.ci) for name in CONFIGS if name != WHOLE)]
)
def test_contract(name):
    check_causal_lm(make(CONFIGS[name]))


@pytest.mark.parametrize("name", [name for name in CONFIGS if name != WHOLE])
def test_one_token_at_a_time_is_the_whole(name):
    model = make(CONFIGS[name])
    ids = np.random.default_rng(1).integers(0, 12, (BATCH, LENGTH)).astype(np.int32)
    check_steps(model, ids, TOLERANCE)
    check_prefill(model, ids, TOLERANCE)
    check_causality(model, ids, TOLERANCE)
    check_parameters(model)


@pytest.mark.parametrize("name", ["gpt2", "llama"])
def test_a_text_ends_where_the_positions_do(name):
    model = make(CONFIGS[name])
    texts = model.generate(["a" * 20, "ab", "a" * 23], max_tokens=40, stop=[])
    # Behind the start token and the prompt; the last new token needs no position.
    assert [len(text["tokens"]) for text in texts] == [4, 22, 1]
    for prompt, together in zip(["a" * 20, "ab", "a" * 23], texts, strict=True):
        assert model.generate([prompt], max_tokens=40, stop=[])[0]["tokens"] == together["tokens"]
    with pytest.raises(UserError, match="longer than this model reads, 24 tokens"):
        model.generate(["a" * 24])
    assert len(model.score(["a" * 24])[0]["tokens"]) == 24
    with pytest.raises(UserError, match="longer than this model reads"):
        model.score(["a" * 25])


def test_a_window_hides_what_lies_before_it():
    model = make(LlamaConfig(**SIZE, intermediate_dim=24, sliding_window=2).variant(num_layers=1))  # one look back
    ids = np.array([[2, 3, 4, 5, 6]], np.int32)
    changed = np.array([[9, 3, 4, 5, 6]], np.int32)
    a, b = (model({"token_ids": tf.constant(each)})["logits"].numpy()[0] for each in (ids, changed))
    np.testing.assert_allclose(a[2:], b[2:], atol=1e-6)
    assert np.abs(a[1] - b[1]).max() > 1e-3


def test_attention_weights_are_causal_and_sum_to_one():
    model = make(CONFIGS["gpt2"])
    layers = model.attention_weights({"token_ids": tf.constant([[2, 3, 4]])})
    assert [tuple(layer.shape) for layer in layers] == [(1, 4, 3, 3)] * 2
    for layer in layers:
        np.testing.assert_allclose(layer.numpy().sum(-1), 1, atol=1e-6)
        assert not np.triu(layer.numpy()[0, 0], 1).any()


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_decodes(policy):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        model = make(CONFIGS["llama"])
        text = model.generate(["ab", ""], max_tokens=5, stop=[])
    finally:
        keras.config.set_dtype_policy(before)
    assert all(len(row["tokens"]) == 5 and np.isfinite(row["log_probabilities"]).all() for row in text)
