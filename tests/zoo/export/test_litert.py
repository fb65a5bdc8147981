import json

import keras
import langzoo.zoo as zoo
import numpy as np
import pytest
from langzoo.layers.errors import UserError
from langzoo.layers.text import ByteTokenizer, WordTokenizer, load_tokenizer
from langzoo.zoo.export import ExportError, compare_litert, export_litert

from tests.checks.export import check_litert


def make(name, seed=0, **changes):
    keras.utils.set_random_seed(seed)
    return zoo.create(name, tokenizer=ByteTokenizer(), **changes)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Both kinds of one model, in one folder."""
    model = make("lstm_tiny", num_layers=2, hidden_dim=48, initializer_range=0.5)
    folder = tmp_path_factory.mktemp("exports") / "litert"
    reports = [check_litert(model, folder, quantize=kind, prefill_length=8) for kind in ("none", "int8")]
    return model, folder, reports


def test_lstm_in_float_and_int8(folder):
    _, path, ((_, exact), (small, quantized)) = folder
    names = ["lstm_tiny.int8.tflite", "lstm_tiny.tflite", "manifest.json", "tokenizer"]
    assert sorted(entry.name for entry in path.iterdir()) == names
    assert load_tokenizer(path / "tokenizer").tokens == ByteTokenizer().tokens
    assert quantized["quantize"] == "int8" and 0.9 < small.agreement <= 1 and small.compared_tokens == 128
    assert quantized["signatures"] == exact["signatures"]
    prefill = exact["signatures"]["prefill"]
    assert prefill["inputs"]["token_ids"] == {"dtype": "int32", "shape": [1, 8]}
    assert sorted(prefill["outputs"]) == ["c_0", "c_1", "h_0", "h_1", "logits"]
    assert sorted(exact["signatures"]["decode"]["inputs"]) == ["c_0", "c_1", "h_0", "h_1", "token_ids"]


@pytest.mark.parametrize("name", ["bilstm_next_word", "bigram", "unigram"])
def test_other_families(name, tmp_path):
    changes = {"hidden_dim": 8, "embedding_dim": 8, "max_sequence_length": 4} if name.startswith("bilstm") else {}
    _, entry = check_litert(make(name, **changes), tmp_path / "litert", prefill_length=8)
    state = set(entry["signatures"]["decode"]["inputs"]) - {"token_ids"}
    assert state == ({"window", "length"} if name.startswith("bilstm") else set())


def test_a_model_that_differs_is_no_export(tmp_path):
    model = make("lstm_tiny")

    def change(stage):
        if stage.startswith("comparing"):
            model.head.bias.assign_add(np.full(257, 0.001, np.float32))

    with pytest.raises(ExportError, match=r"(prefill|decode): logits differ from the live model's by up to 0\.001"):
        export_litert(model, tmp_path / "a" / "litert", progress=change)
    assert list(tmp_path.iterdir()) == []


def test_int8_must_agree_on_real_text(tmp_path, monkeypatch):
    monkeypatch.setattr(compare_litert, "LEAST_AGREEMENT", 1.01)  # more than any model can do
    text = list(b"the cat sat on the mat")
    with pytest.raises(ExportError, match=r"int8 decides as the live model does in \d+\.\d% of 22 cases"):
        export_litert(make("lstm_tiny"), tmp_path / "litert", quantize="int8", sample_ids=text)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_takes_only_what_is_of_the_same_model(folder, tmp_path):
    model, path, _ = folder
    with pytest.raises(UserError, match=r"lstm_tiny\.tflite already exists; remove it or choose another folder"):
        export_litert(model, path)
    other = make("lstm_tiny", num_layers=2, hidden_dim=40)
    for taken in (path, tmp_path):
        (path / "lstm_tiny.tflite").rename(path / "moved")
        try:
            with pytest.raises(UserError, match="holds no LiteRT export of this model"):
                export_litert(other, taken)
        finally:
            (path / "moved").rename(path / "lstm_tiny.tflite")


def test_a_folder_of_another_vocabulary_is_refused(tmp_path):
    words = ["<unk>", "<eos>", "cat", "dog"]
    export_litert(zoo.create("unigram", tokenizer=WordTokenizer(words)), tmp_path / "litert")
    before = json.loads((tmp_path / "litert" / "manifest.json").read_text())
    other = zoo.create("unigram", tokenizer=WordTokenizer([*words[:3], "猫"]))
    with pytest.raises(UserError, match=r"vocabulary\.txt is of another vocabulary"):
        export_litert(other, tmp_path / "litert", quantize="int8")
    assert json.loads((tmp_path / "litert" / "manifest.json").read_text()) == before
    assert not [entry for entry in (tmp_path / "litert").iterdir() if entry.name.startswith(".")]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"quantize": "int4"}, "quantize must be one of none, int8, not 'int4'"),
        ({"prefill_length": 0}, "prefill_length must be at least 1, not 0"),
        ({"sample_ids": []}, "sample_ids must be one list of token ids"),
        ({"sample_ids": [3, 257]}, r"sample_ids must be one list of token ids in \[0, 257\)"),
    ],
)
def test_arguments_are_checked(options, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        export_litert(make("lstm_tiny"), tmp_path / "litert", **options)
