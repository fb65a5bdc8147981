"""LiteRT files of Transformers: causal, encoder-decoder, and encoders with a head."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer
from langzoo.serving import LiteModel
from langzoo.zoo.export import export_litert
from langzoo.zoo.export.programs.generation_signatures import option_values

from tests.checks.export import DECODINGS, check_litert
from tests.zoo.export.tiny_models import CAUSAL, ENCODERS, tiny_model

STATES = {"gpt2": 2, "llama": 1, "pangu": 2, "transformer_lm": 1}


def in_ci(families, *ours):
    """`families`, of which CI asks `ours`; serving/test_lite_model.py asks a causal one by default."""
    return [pytest.param(name, marks=pytest.mark.ci if name in ours else pytest.mark.slow) for name in families]


def check_texts(model, path, *, context):
    """`LiteModel` writes what the live model writes, greedy and drawn, up to where the context ends."""
    lite = LiteModel(path, num_threads=1)
    for options in ({"decoder": "greedy"}, *DECODINGS):
        for prompt in ("a bad cab", "", "猫 a"):
            room = context + 1 - (1 if model.task == "seq2seq_lm" else 1 + len(model.tokenizer.tokenize(prompt)))
            (live,) = model.generate([prompt], max_tokens=min(30, room), **options)
            (found,) = lite.generate([prompt], max_tokens=30, **options)
            several = "num_results" in options
            for one, other in zip(found if several else [found], live if several else [live], strict=True):
                assert one["tokens"] == other["tokens"]
                np.testing.assert_allclose(one["log_probabilities"], other["log_probabilities"], atol=1e-4)


def cache(layers, prefix=""):
    return {f"layer_{i}_{prefix}{part}" for i in range(layers) for part in ("keys", "values")}


@pytest.mark.parametrize("family", in_ci(CAUSAL, "gpt2", "llama"))
def test_causal(family, tmp_path):
    report, entry = check_litert(tiny_model(family), tmp_path / "litert", prefill_lengths=[4, 8], context=20)
    decode, prefill = entry["signatures"]["decode"], entry["signatures"]["prefill_8"]
    state = {"length", *cache(STATES[family])}
    assert set(decode["inputs"]) == {"token_ids", *state} and set(decode["outputs"]) == {"logits", *state}
    assert set(entry["rows"]) == cache(STATES[family])
    # A slot a token of the context goes in; the new tokens alone come out.
    shapes = [part["layer_0_keys"]["shape"][2] for part in (decode["inputs"], decode["outputs"], prefill["outputs"])]
    assert shapes == [20, 1, 8] and entry["context"] == 20
    assert entry["measured"]["compared_tokens"] == 20 and entry["prefill_lengths"] == [4, 8]
    check_texts(tiny_model(family), report.path, context=20)


@pytest.mark.parametrize("family", in_ci(["transformer", "t5"], "transformer"))
def test_encoder_decoders(family, tmp_path):
    report, entry = check_litert(tiny_model(family), tmp_path / "litert", source_lengths=[6, 10], target_length=12)
    encode, decode = entry["signatures"]["encode_6"], entry["signatures"]["decode"]
    assert set(encode["outputs"]) == {"source_mask", *cache(1, "source_")} and set(entry["rows"]) == cache(1)
    assert encode["outputs"]["layer_0_source_keys"]["shape"][2] == 10  # what is behind the source is masked
    assert set(decode["outputs"]) == {"logits", "length", *cache(1)}
    assert set(decode["inputs"]) == {"token_ids", "length", *cache(1), *encode["outputs"]}
    shapes = [decode["inputs"][f"layer_0_{part}keys"]["shape"][2] for part in ("source_", "")]
    assert shapes == [10, 12] == [entry["source_lengths"][-1], entry["context"]]
    assert entry["start_id"] == (0 if family == "t5" else 1)
    assert entry["source_start_id"] == (7 if family == "t5" else None)
    check_texts(tiny_model(family), report.path, context=12)


@pytest.mark.ci
def test_an_encoder_decoder_of_lstms(tmp_path):
    """The decoder's states begin as the encoder gives them, and come out of every step."""
    report, entry = check_litert(
        tiny_model("lstm_seq2seq"), tmp_path / "litert", source_lengths=[6, 10], target_length=12
    )
    states = {"h_0", "c_0", "h_1", "c_1", "feed"}
    encode, decode = entry["signatures"]["encode_6"], entry["signatures"]["decode"]
    assert set(encode["outputs"]) == {"source_mask", "source_keys", "source_values", *states} and not entry["rows"]
    assert encode["outputs"]["source_values"]["shape"] == [1, 10, 12] and encode["outputs"]["h_0"]["shape"] == [1, 12]
    assert set(decode["outputs"]) == {"logits", *states}
    assert set(decode["inputs"]) == {"token_ids", *encode["outputs"]}
    check_texts(tiny_model("lstm_seq2seq"), report.path, context=12)


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


@pytest.mark.slow  # tied tables, below, are int8 too
@pytest.mark.parametrize("family", ["gpt2", "t5", "distilbert"])
def test_int8(family, tmp_path):
    report, entry = check_litert(tiny_model(family), tmp_path / "litert", quantize="int8")
    assert report.path.name.endswith(".int8.tflite") and entry["quantize"] == "int8"
    assert report.largest_difference > 0 and report.agreement > 0.5


@pytest.mark.ci
def test_a_text_inside_the_file_is_that_of_the_live_model(tmp_path):
    """`generate`, called as a phone calls it."""
    model = tiny_model("llama")
    report = export_litert(model, tmp_path / "litert", prefill_lengths=[16])
    generate = Interpreter(str(report.path), num_threads=1).get_signature_runner("generate")
    ids = np.zeros((1, 16), np.int32)
    prompt = [1, *model.tokenizer.tokenize("a bad cab").numpy()]
    ids[0, : len(prompt)] = prompt
    drawn = {"temperature": 0.7, "top_k": 5, "top_p": 0.9}
    for options in (
        {"temperature": 0.0},
        drawn,
        {"temperature": 0.0, "repetition_penalty": 1.5},
        {"temperature": 0.0, "no_repeat_ngram_size": 2},
        {**drawn, "repetition_penalty": 0.8, "no_repeat_ngram_size": 1},
    ):
        given = {name: np.array(value) for name, value in option_values(**options, max_tokens=12, seed=-3).items()}
        out = generate(token_ids=ids, num_tokens=np.array([len(prompt)], np.int32), **given)
        live = model.generate(["a bad cab"], max_tokens=12, decoder="temperature", seed=-3, **options)[0]
        assert [model.tokenizer.tokens[i] for i in out["token_ids"][0, : out["lengths"][0]]] == live["tokens"]
        np.testing.assert_allclose(
            out["log_probabilities"][0, : out["lengths"][0]], live["log_probabilities"], atol=1e-4
        )


@pytest.mark.ci
@pytest.mark.parametrize("labels", [True, False])
def test_what_int8_costs_a_classifier(labels, tmp_path):
    model = tiny_model("distilbert")
    lines = [f"the cats sat on {i}" + (f"\t{label}" if labels else "") for i, label in enumerate(["bad", "猫", "good"])]
    report, _ = check_litert(model, tmp_path, quantize="int8", sample=["\n".join(lines)])
    assert report.compared_tokens == 3 and report.targets == (3 if labels else 0)
    assert set(report.exported) == ({"perplexity", "accuracy"} if labels else set())


@pytest.mark.ci
def test_what_int8_costs_vectors_and_guesses(tmp_path):
    lines = ["the cat sat on 猫 . the cats sat on the cat .", "cat on cat"]
    report, _ = check_litert(tiny_model("roberta"), tmp_path, quantize="int8", sample=lines)
    assert 0.99 < report.exported["similarity"] <= 1 and report.live == {}
    report, _ = check_litert(tiny_model("bert"), tmp_path, quantize="float16", sample=lines)
    # Every seventh place is masked: [CLS] the cat ##s ... has two, [CLS] cat on cat none.
    assert report.targets == 2 and report.exported["perplexity"] == pytest.approx(report.live["perplexity"], rel=0.01)


@pytest.mark.slow
def test_pairs_are_the_users(tmp_path):
    model = tiny_model("transformer")
    report, _ = check_litert(model, tmp_path, quantize="float16", sample=["a cab\tbad\nab\tcd"], source_lengths=[8])
    losses = [row["log_probabilities"] for row in model.score(["a cab", "ab"], ["bad", "cd"])]
    losses = [loss for row in losses for loss in row]
    assert report.targets == len(losses) == 7
    assert report.live["perplexity"] == pytest.approx(np.exp(-np.mean(losses)), rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("family", "quantize"), [("gpt2", "none"), ("gpt2", "int8"), pytest.param("llama", "int8", marks=pytest.mark.slow)]
)
def test_each_weight_is_stored_once(family, quantize, tmp_path):
    """Tied embedding, four signatures, a loop and its first cache inside."""
    keras.utils.set_random_seed(0)
    sizes = {"vocabulary_size": 257, "hidden_dim": 256, "num_heads": 4, "num_layers": 1, "max_sequence_length": 128}
    sizes |= {"tie_embeddings": True, "num_key_value_heads": 4} if family == "llama" else {}
    model = zoo.create(f"{family}_tiny", tokenizer=ByteTokenizer(), **sizes)
    report, _ = check_litert(model, tmp_path / "litert", quantize=quantize)
    graphs = graphs_of(report.path)
    carried = [shape for graph in graphs for shape in graph["carried"]]
    assert carried and [257, 256] not in carried
    if quantize == "none":
        weights = 4 * model.count_params()
        assert weights < report.bytes < weights + 4 * 257 * 256  # the table once more would not fit
        assert stored(report.path) < weights + 100_000
    else:
        assert len({buffer for graph in graphs for shape, buffer in graph["tables"] if shape == [257, 256]}) == 1


def stored(path):
    """Bytes of all constants, the graphs themselves left out."""
    model = schema.ModelT.InitFromPackedBuf(bytearray(path.read_bytes()), 0)
    return sum(len(buffer.data) for buffer in model.buffers if buffer.data is not None)


def graphs_of(path):
    """Of every graph: shapes of what its loops carry, and shape and buffer of the int8 matrices that operators read."""
    model = schema.ModelT.InitFromPackedBuf(bytearray(path.read_bytes()), 0)
    found = []
    for graph in model.subgraphs:
        shapes = [[int(n) for n in tensor.shape] if tensor.shape is not None else [] for tensor in graph.tensors]
        kinds = [model.operatorCodes[operator.opcodeIndex].builtinCode for operator in graph.operators]
        loops = [o for o, kind in zip(graph.operators, kinds, strict=True) if kind == schema.BuiltinOperator.WHILE]
        read = {int(tensor) for operator in graph.operators for tensor in operator.inputs if tensor >= 0}
        tables = [i for i in read if graph.tensors[i].type == schema.TensorType.INT8 and graph.tensors[i].buffer]
        found.append(
            {
                "carried": [shapes[tensor] for loop in loops for tensor in loop.inputs],
                "tables": [(shapes[i], graph.tensors[i].buffer) for i in tables],
            }
        )
    return found


def test_refusals(tmp_path):
    for family, options, message in (
        ("electra", {"lengths": []}, "lengths must be at least one length"),
        ("electra", {"lengths": [0]}, "lengths must be at least 1, not 0"),
        ("t5", {"source_lengths": [0]}, "source_lengths must be at least 1, not 0"),
        ("t5", {"target_length": -1}, "target_length must be at least 1, not -1"),
        ("gpt2", {"context": 0}, "context must be at least 1, not 0"),
        ("gpt2", {"context": 25}, "context must be at most 24, the model's positions, not 25"),
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
