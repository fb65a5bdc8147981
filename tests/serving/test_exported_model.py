import json
import shutil

import keras
import langzoo.zoo as zoo
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer
from langzoo.serving import ExportedModel, is_export
from langzoo.zoo.export import export_saved_model

from tests.checks.export import check_rows, rough_exports


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """A live model and its exports 1 and 2; that both agree in another process is tests/zoo/export's matter."""
    keras.utils.set_random_seed(0)
    model = zoo.create("lstm_tiny", tokenizer=ByteTokenizer(), initializer_range=0.5)
    base = tmp_path_factory.mktemp("exports") / "lstm_tiny"
    with rough_exports():
        export_saved_model(model, base / "2")
    shutil.copytree(base / "2", base / "10")
    return model, base


@pytest.fixture(scope="module")
def exported(pair):
    return ExportedModel(pair[1])


@pytest.fixture
def copy(pair, tmp_path):
    return shutil.copytree(pair[1] / "2", tmp_path / "copy")


def test_the_newest_version_is_the_highest_number(pair, exported):
    assert exported.directory == pair[1] / "10"
    assert ExportedModel(pair[1] / "2").directory == pair[1] / "2"


def test_scores_as_the_live_model_does(pair, exported):
    texts = ["", "the cat", "猫"]
    check_rows(exported.score(texts), pair[0].score(texts))
    assert exported.score([]) == [] and exported.score([""]) == [{"tokens": [], "log_probabilities": []}]


@pytest.mark.parametrize(
    ("options", "live"),
    [
        ({}, {"decoder": "greedy"}),
        ({"temperature": 0}, {"decoder": "temperature", "temperature": 0}),
        ({"temperature": 0.9, "seed": 5}, {"decoder": "temperature", "temperature": 0.9, "seed": 5}),
        ({"top_k": 3, "top_p": None}, {"decoder": "temperature", "top_k": 3}),
        ({"decoder": "top_k", "seed": 1}, {"decoder": "top_k", "seed": 1}),
        ({"decoder": "top_p", "temperature": 2}, {"decoder": "top_p", "temperature": 2}),
    ],
)
def test_generates_as_the_live_model_does(pair, exported, options, live):
    prompts = ["", "the", "猫"]
    rows, expected = (each.generate(prompts, max_tokens=6, **o) for each, o in ((exported, options), (pair[0], live)))
    assert [row["text"] for row in rows] == [row["text"] for row in expected]
    check_rows(rows, expected)


def test_no_prompt_no_text(exported):
    assert exported.generate([]) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"decoder": "beam"}, "an exported model has no beam search; generate from the run directory"),
        ({"decoder": "greedy", "top_k": 2}, "decoder 'greedy' has no option 'top_k', nor any other"),
        ({"width": 4}, "has no beam search"),
        ({"stop": ["."]}, "takes no stop strings"),
        ({"suppress": ["a"]}, "suppresses no tokens"),
        ({"max_tokens": 0}, "max_tokens must be an integer from 1 to 1000000, not 0"),
        ({"max_tokens": 1.5}, "max_tokens must be an integer"),
        ({"seed": 2**31}, "seed must be an integer from -2147483648"),
        ({"temperature": -1}, "temperature must be a number from 0 to 3.4e38, not -1"),
        ({"temperature": float("nan")}, "temperature must be"),
        ({"temperature": "hot"}, "temperature must be a number from 0 to 3.4e38, not 'hot'"),
        ({"top_k": 1.5}, "top_k must be an integer from 0 to 2147483647, not 1.5"),
        ({"top_p": 0}, "top_p must be a number above 0 and at most 1, not 0"),
    ],
)
def test_bad_options_are_user_errors(exported, options, message):
    with pytest.raises(UserError, match=message) as caught:
        exported.generate(["a"], **options)
    assert "\n" not in str(caught.value)


def test_texts_are_checked(exported):
    for call in (exported.score, exported.generate):
        with pytest.raises(ValueError, match="must be a list of strings"):
            call("one string")
        with pytest.raises(ValueError, match="must be a list of strings"):
            call([1])
        with pytest.raises(UserError, match="half a surrogate pair"):
            call(["\ud800"])


@pytest.mark.parametrize(
    "name", ["saved_model.pb", "variables/variables.data-00000-of-00001", "assets.extra/tokens.json"]
)
def test_an_altered_file_is_refused(copy, name):
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(data)
    with pytest.raises(UserError, match=rf"{name} is damaged or was altered"):
        ExportedModel(copy)


def test_a_missing_file_is_refused(copy):
    (copy / "saved_model.pb").unlink()
    with pytest.raises(UserError, match=r"saved_model\.pb is missing: copy the whole folder again"):
        ExportedModel(copy)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text[: len(text) // 2], "is damaged, it is not JSON .*: export the model again"),
        (lambda text: "[" * 100_000, "is damaged, it is not JSON .*: export the model again"),
        (lambda text: "[]", "must hold a JSON object"),
        (lambda text: json.dumps({**json.loads(text), "format": 2}), "has format 2; this version reads format 1"),
        (lambda text: json.dumps({**json.loads(text), "kind": "litert"}), "an export of the kind 'litert'"),
        (lambda text: text.replace("saved_model.pb", "../../secret"), "names a file outside its folder"),
    ],
)
def test_a_bad_manifest_is_a_user_error(copy, change, message):
    path = copy / "manifest.json"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(UserError, match=message) as caught:
        ExportedModel(copy)
    assert "\n" not in str(caught.value)


def test_what_is_an_export(pair, tmp_path):
    base = pair[1]
    assert is_export(base) and is_export(base / "2") and is_export(str(base))
    (tmp_path / "1").mkdir()
    (tmp_path / "file").write_text("x")
    for other in (tmp_path, tmp_path / "1", tmp_path / "file", tmp_path / "absent"):
        assert not is_export(other), other
    (tmp_path / "1" / "manifest.json").write_text('{"format": 1, "kind": "litert", "files": {}}')
    assert not is_export(tmp_path)
    with pytest.raises(UserError, match="contains no exported model"):
        ExportedModel(tmp_path / "absent")
