"""Files that are none of ours, or no longer what they were."""

import hashlib
import io
import json
import zipfile

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.serving.lite_file import LiteFile, is_lite_file

IDS = {
    "kind": "byte",
    "options": {},
    "vocabulary_size": 2,
    "start_id": 0,
    "end_id": 0,
    "stop_ids": [0],
    "unknown_id": None,
}
MODEL = b"\x1c\0\0\0TFL3 a model"


def written(path, *, model=MODEL, manifest=None, **entries):
    described = {"format": 1, "kind": "litert", "name": "m", "task": "causal_lm", "rows": [], "tokenizer": IDS}
    described |= {"family": "lstm", "options": {}, "config": {}, "signatures": {}}
    described["model"] = {"bytes": len(model), "sha256": hashlib.sha256(model).hexdigest()}
    path.write_bytes(model)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps({**described, **(manifest or {})}))
        archive.writestr("tokens.json", '["a", "猫"]')
        archive.writestr("tokenizer/tokenizer.json", "{}")
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def test_only_the_manifest_may_be_wanted(tmp_path):
    path = written(tmp_path / "m.tflite", model=MODEL)
    path.write_bytes(altered(path.read_bytes()))
    assert LiteFile.read(path, whole=False).manifest["task"] == "causal_lm"


def test_what_it_says(tmp_path):
    path = written(tmp_path / "m.tflite")
    file = LiteFile.read(path)
    assert is_lite_file(path) and not is_lite_file(tmp_path)
    assert file.tokens == ("a", "猫") and file.tokenizer_files == {"tokenizer.json": b"{}"}
    assert file.manifest["name"] == "m" and path.read_bytes().startswith(MODEL)


def garbled(data):
    """Other bytes where a compressed file of the archive is."""
    start = data.index(b"tokens.json") + len(b"tokens.json")
    return data[:start] + bytes(byte ^ 0xFF for byte in data[start : start + 6]) + data[start + 6 :]


def altered(data):
    return data.replace(b"a model", b"A model")


def foreign(data):
    del data
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("labels.txt", "cat")
    return MODEL + archive.getvalue()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: b"", "was not written by langzoo export --format litert, or is cut off"),
        (lambda data: MODEL, "was not written by langzoo export --format litert, or is cut off"),
        (lambda data: data[:-30], "was not written by langzoo export --format litert, or is cut off"),
        (lambda data: b"more" + data, "is damaged or was altered"),
        (altered, "is damaged or was altered"),
        (garbled, "is damaged: copy the file again|or is cut off"),
        (foreign, "was not written by langzoo export --format litert: it has no manifest.json"),
    ],
)
def test_damaged_and_foreign_files(change, message, tmp_path):
    path = written(tmp_path / "m.tflite")
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(UserError, match=message) as caught:
        LiteFile.read(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ({"kind": "saved_model"}, "was not written by langzoo export --format litert"),
        ({"format": 99}, "has format 99; this version reads 1"),
        ({"model": None}, r"is damaged \(model: "),
        ({"model": {"bytes": 10**12, "sha256": "0"}}, "is damaged or was altered"),
        ({"model": {"bytes": -1, "sha256": "0"}}, r"is damaged \(model.bytes: "),
        ({"rows": "keys"}, r"is damaged \(rows: "),
        ({"context": "long"}, r"is damaged \(context: "),
        ({"tokenizer": {"start_id": 0}}, r"is damaged \(tokenizer.kind: "),
        ({"tokenizer": {**IDS, "start_id": 2}}, r"is damaged \(tokenizer: an id beyond its vocabulary"),
        ({"rows": [""]}, r"is damaged \(rows.0: String should have at least 1 character"),
        ({"name": "m\x1b[31m"}, r"is damaged \(name: must have printable characters only"),
        ({"name": "m" * 5000}, r"is damaged \(name: String should have at most 200"),
        ({"config": [1]}, r"is damaged \(config: "),
        ({"signatures": {"a": 1}}, r"is damaged \(signatures.a: "),
        ({"tokenizer": {**IDS, "vocabulary_size": 3}}, r"is damaged \(tokens.json\)"),
    ],
)
def test_manifests_that_are_not_ours(manifest, message, tmp_path):
    with pytest.raises(UserError, match=message):
        LiteFile.read(written(tmp_path / "m.tflite", manifest=manifest))


def test_an_archive_of_too_much_is_not_unpacked(tmp_path):
    many = {f"tokenizer/{i}": "" for i in range(200)}
    with pytest.raises(UserError, match="contains more than a model of langzoo does"):
        LiteFile.read(written(tmp_path / "m.tflite", **many))
    path = written(tmp_path / "n.tflite")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("tokenizer/bomb", "w") as file:
        for _ in range(110):
            file.write(bytes(1_000_000))
    with pytest.raises(UserError, match="contains more than a model of langzoo does"):
        LiteFile.read(path)
    path = written(tmp_path / "sum.tflite")  # none too large by itself, but all together
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"tokenizer/{number}", bytes(90_000_000))
    with pytest.raises(UserError, match="contains more than a model of langzoo does"):
        LiteFile.read(path)


def test_no_file(tmp_path):
    with pytest.raises(UserError, match="is missing: name a file"):
        LiteFile.read(tmp_path / "none.tflite")
    with pytest.raises(UserError, match="is a folder: name a file"):
        LiteFile.read(tmp_path)
