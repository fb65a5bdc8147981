"""LiteRT files of Transformers: causal, encoder-decoder, and encoders with a head."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from langzoo import zoo
from langzoo.layers.errors import UserError
from langzoo.layers.text import ByteTokenizer
from langzoo.zoo.export import export_litert

from tests.checks.export import check_litert
from tests.zoo.export.tiny_models import CAUSAL, ENCODERS, tiny_model

STATES = {"gpt2": 2, "llama": 1, "pangu": 2, "transformer_lm": 1}


SLOW = pytest.mark.slow  # what the others of its kind show too


def cache(layers, prefix=""):
    return {f"layer_{i}_{prefix}{part}" for i in range(layers) for part in ("keys", "values")}


@pytest.mark.parametrize("family", [f if f in ("gpt2", "llama") else pytest.param(f, marks=SLOW) for f in CAUSAL])
def test_causal(family, tmp_path):
    _, entry = check_litert(tiny_model(family), tmp_path / "litert", prefill_length=8)
    decode = entry["signatures"]["decode"]
    state = {"length", *cache(STATES[family])}
    assert set(decode["inputs"]) == {"token_ids", *state} and set(decode["outputs"]) == {"logits", *state}
    assert decode["inputs"]["layer_0_keys"]["shape"][2] == 24  # a slot a position
    assert entry["measured"]["compared_tokens"] >= 24 and entry["prefill_length"] == 8


@pytest.mark.parametrize("family", ["t5", pytest.param("transformer", marks=SLOW)])
def test_encoder_decoders(family, tmp_path):
    _, entry = check_litert(tiny_model(family), tmp_path / "litert", source_length=10, target_length=12)
    encode, decode = entry["signatures"]["encode"], entry["signatures"]["decode"]
    assert set(encode["outputs"]) == {"source_mask", *cache(1, "source_")}
    assert set(decode["outputs"]) == {"logits", "length", *cache(1)}
    assert set(decode["inputs"]) == {"token_ids", "length", *cache(1), *encode["outputs"]}
    shapes = [decode["inputs"][f"layer_0_{part}keys"]["shape"][2] for part in ("source_", "")]
    assert shapes == [10, 12] == [entry["source_length"], entry["target_length"]]
    assert entry["start_id"] == (0 if family == "t5" else 1)


@pytest.mark.parametrize("family", ENCODERS)
def test_encoders(family, tmp_path):
    _, entry = check_litert(tiny_model(family), tmp_path / "litert", lengths=[8, 100])
    assert list(entry["signatures"]) == ["tokens_8", "tokens_24"] and entry["lengths"] == [8, 24]
    inputs = {"token_ids", "padding_mask"} | ({"segment_ids"} if family in ("bert", "electra") else set())
    assert set(entry["signatures"]["tokens_8"]["inputs"]) == inputs
    outputs = {
        "bert": {"logits": [1, 8, 12], "next_sentence_logits": [1, 2]},
        "roberta": {"embeddings": [1, 32]},
        "distilbert": {"logits": [1, 3]},
        "electra": {"logits": [1, 8]},
    }
    found = entry["signatures"]["tokens_8"]["outputs"]
    assert {name: output["shape"] for name, output in found.items()} == outputs[family]
    measured = entry["measured"]
    assert (measured["agreement"], measured["compared_tokens"] > 0) == (
        (None, False) if family == "roberta" else (1, True)
    )


@pytest.mark.parametrize("family", ["gpt2", pytest.param("t5", marks=SLOW), pytest.param("distilbert", marks=SLOW)])
def test_int8(family, tmp_path):
    report, entry = check_litert(tiny_model(family), tmp_path / "litert", quantize="int8")
    assert report.path.name.endswith(".int8.tflite") and entry["quantize"] == "int8"
    assert report.largest_difference > 0 and report.agreement > 0.5


def test_greedy_text_is_that_of_the_live_model(tmp_path):
    """Prompt read by `prefill` in pieces, text written by `decode`, as a phone does it."""
    model = tiny_model("llama")
    report = export_litert(model, tmp_path / "litert", prefill_length=4)
    interpreter = Interpreter(str(report.path), num_threads=1)
    prefill, decode = (interpreter.get_signature_runner(name) for name in ("prefill", "decode"))
    given = {name: d for name, d in decode.get_input_details().items() if name != "token_ids"}
    state = {name: np.zeros(detail["shape"], detail["dtype"]) for name, detail in given.items()}
    ids = [1, *model.tokenizer.tokenize("a bad cab").numpy()]
    for first in range(0, len(ids), 4):
        piece = np.zeros((1, 4), np.int32)
        piece[0, : len(ids[first : first + 4])] = ids[first : first + 4]
        out = prefill(token_ids=piece, num_tokens=np.array([len(ids[first : first + 4])], np.int32), **state)
        state = {name: out[name] for name in state}
    written = []
    for _ in range(12):
        written.append(int(out["logits"].argmax()))
        out = decode(token_ids=np.array(written[-1:], np.int32), **state)
        state = {name: out[name] for name in state}
    live = model.generate(["a bad cab"], max_tokens=12, stop=[])[0]["tokens"]
    assert [model.tokenizer.tokens[i] for i in written] == live


def test_each_weight_is_stored_once(tmp_path):
    """Tied embedding, two signatures: the file is little larger than the weights."""
    keras.utils.set_random_seed(0)
    words = {"vocabulary_size": 257, "hidden_dim": 256, "num_heads": 4}
    model = zoo.create("gpt2_tiny", tokenizer=ByteTokenizer(), **words, num_layers=1, max_sequence_length=128)
    report, _ = check_litert(model, tmp_path / "litert")
    weights = 4 * model.count_params()
    assert weights < report.bytes < weights + 100_000 < weights + 4 * 257 * 256  # the embedding again would not fit


def test_refusals(tmp_path):
    for family, options, message in (
        ("electra", {"lengths": []}, "lengths must be at least one length"),
        ("electra", {"lengths": [0]}, "lengths must be at least 1, not 0"),
        ("t5", {"source_length": 0}, "source_length must be at least 1, not 0"),
        ("t5", {"target_length": -1}, "target_length must be at least 1, not -1"),
        ("gpt2", {"prefill_length": 0}, "prefill_length must be at least 1, not 0"),
    ):
        with pytest.raises(ValueError, match=message):
            export_litert(tiny_model(family), tmp_path / "litert", **options)
    before = keras.config.dtype_policy()
    try:
        keras.config.set_dtype_policy("mixed_bfloat16")
        half = tiny_model("electra")
    finally:
        keras.config.set_dtype_policy(before)
    with pytest.raises(UserError, match="LiteRT takes float32 models, and this one computes in bfloat16"):
        export_litert(half, tmp_path / "litert")
    assert list(tmp_path.iterdir()) == [] and tf.config.functions_run_eagerly() is False
