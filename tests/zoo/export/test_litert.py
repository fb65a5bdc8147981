import json
import re
import zipfile

import keras
import langzoo.zoo as zoo
import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer, load_tokenizer
from langzoo.zoo.export import ExportError, export_litert

from tests.checks.export import check_litert


def make(name, seed=0, **changes):
    keras.utils.set_random_seed(seed)
    return zoo.create(name, tokenizer=ByteTokenizer(), **changes)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two kinds of one model, in one folder."""
    model = make("lstm_tiny", num_layers=2, hidden_dim=48, initializer_range=0.3)
    folder = tmp_path_factory.mktemp("exports") / "litert"
    options = {"prefill_lengths": [8, 4, 8]}
    return model, folder, [check_litert(model, folder, quantize=kind, **options) for kind in ("none", "int8")]


@pytest.mark.ci
def test_lstm_in_float_and_int8(folder):
    _, path, ((_, exact), (small, quantized)) = folder
    assert sorted(entry.name for entry in path.iterdir()) == ["lstm_tiny.int8.tflite", "lstm_tiny.tflite"]
    assert quantized["quantize"] == "int8" and 0.9 < small.agreement <= 1 and small.compared_tokens == 128
    assert quantized["signatures"] == exact["signatures"] and exact["prefill_lengths"] == [4, 8]
    assert list(exact["signatures"]) == ["decode", "prefill_4", "prefill_8", "generate"]
    prefill = exact["signatures"]["prefill_8"]
    assert prefill["inputs"]["token_ids"] == {"dtype": "int32", "shape": [1, 8]}
    assert sorted(prefill["outputs"]) == ["c_0", "c_1", "h_0", "h_1", "logits"] and exact["rows"] == []
    assert sorted(exact["signatures"]["decode"]["inputs"]) == ["c_0", "c_1", "h_0", "h_1", "token_ids"]


@pytest.mark.ci
def test_the_vocabulary_travels_inside(folder, tmp_path):
    """As any unzip sees it."""
    _, path, _ = folder
    with zipfile.ZipFile(path / "lstm_tiny.tflite") as archive:
        assert sorted(archive.namelist()) == ["manifest.json", "tokenizer/tokenizer.json", "tokens.json"]
        archive.extractall(tmp_path)
    assert load_tokenizer(tmp_path / "tokenizer").tokens == json.loads((tmp_path / "tokens.json").read_text("utf-8"))


@pytest.mark.slow
def test_float16_is_half_the_size(tmp_path):
    model = make("lstm_tiny", hidden_dim=512, embedding_dim=512)  # beside whose weights the graphs are small
    report, _ = check_litert(model, tmp_path, quantize="float16", sample=["the cat sat on the mat"])
    assert report.path.name == "lstm_tiny.float16.tflite" and report.bytes < 2.2 * model.count_params()
    assert report.agreement == 1 and report.exported["perplexity"] == pytest.approx(report.live["perplexity"], rel=1e-3)


@pytest.mark.ci
@pytest.mark.parametrize("name", ["bilstm_next_word", "unigram", "bigram"])
def test_other_families(name, tmp_path):
    changes = {"hidden_dim": 8, "embedding_dim": 8, "max_sequence_length": 4} if name.startswith("bilstm") else {}
    _, entry = check_litert(make(name, **changes), tmp_path / "litert", prefill_lengths=[8])
    state = set(entry["signatures"]["decode"]["inputs"]) - {"token_ids"}
    assert state == ({"window", "length"} if name.startswith("bilstm") else set())


@pytest.mark.ci
def test_the_cost_is_that_of_the_users_text(tmp_path):
    """The perplexity of the text, start token and all, by the live model's own scores."""
    model, text = make("lstm_tiny", initializer_range=0.5), "the cat sat on the mat"
    report, entry = check_litert(model, tmp_path, quantize="int8", sample=[text])
    losses = model.score([text])[0]["log_probabilities"]
    assert report.targets == len(losses) == 22
    assert report.live["perplexity"] == pytest.approx(np.exp(-np.mean(losses)), rel=1e-5)
    assert report.exported["perplexity"] == pytest.approx(report.live["perplexity"], rel=0.05)
    assert report.exported != report.live and entry["measured"]["exported"] == report.exported


@pytest.mark.slow
def test_a_model_that_differs_is_no_export(tmp_path):
    model = make("lstm_tiny")

    def change(stage):
        if stage.startswith("comparing"):
            model.head.bias.assign_add(np.full(257, 0.001, np.float32))

    with pytest.raises(ExportError, match=r"(prefill_16|decode): logits differ from the live model's by up to 0\.001"):
        export_litert(model, tmp_path / "a" / "litert", progress=change)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.ci
def test_int8_must_agree_on_real_text(tmp_path):
    """As often as is asked for; the message says what may be done, and that can be done."""
    model = make("lstm_tiny", initializer_range=0.3)
    text = "".join(map(chr, np.random.default_rng(0).integers(32, 127, 400)))
    options = {"quantize": "int8", "sample": [text], "prefill_lengths": [4]}
    with pytest.raises(ExportError, match=r"int8 decides as the live model does in \d+\.\d% of 401 cases") as caught:
        export_litert(model, tmp_path / "litert", least_agreement=1, **options)
    assert list(tmp_path.iterdir()) == []
    rule, _, mend = str(caught.value).partition(": ")
    assert rule.endswith("cases, but 1 is required")
    accepted = re.fullmatch(
        r"quantize to float16, or nothing, or accept it with --min-agreement ([\d.]+) \(least_agreement in Python\)",
        mend,
    )
    report = export_litert(model, tmp_path / "litert", least_agreement=float(accepted[1]), **options)
    assert float(accepted[1]) <= report.agreement < 1


@pytest.mark.ci
def test_an_earlier_file_stays(folder):
    model, path, _ = folder
    before = (path / "lstm_tiny.tflite").read_bytes()
    with pytest.raises(UserError, match=r"lstm_tiny\.tflite already exists; remove it or choose another folder"):
        export_litert(model, path)
    assert (path / "lstm_tiny.tflite").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"quantize": "int4"}, "quantize must be one of none, float16, int8, not 'int4'"),
        ({"least_agreement": 1.5}, "least_agreement must be a share from 0 to 1, not 1.5"),
        ({"least_agreement": float("nan")}, "least_agreement must be a share from 0 to 1, not nan"),
        ({"least_agreement": True}, "least_agreement must be a share from 0 to 1, not True"),
        ({"prefill_lengths": [0]}, "prefill_lengths must be at least 1, not 0"),
        ({"prefill_lengths": [16, 10**9]}, "prefill_lengths must be at most 65536, not 1000000000"),
        ({"context": 10**9}, "context must be at most 65536, not 1000000000"),
        ({"prefill_lengths": []}, "prefill_lengths must be at least one length, not none"),
        ({"sample": []}, "the text to try the export on is empty"),
        ({"sample": [" \n"]}, "the text to try the export on is empty"),
        ({"sample": "text"}, "sample must be a list of texts, not one string"),
    ],
)
def test_arguments_are_checked(options, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        export_litert(make("lstm_tiny"), tmp_path / "litert", **options)
