"""The contract that every exported model keeps, so that a family's own test names its models and texts and no more."""

import contextlib
import dataclasses
import functools

import numpy as np
import pytest
import tensorflow as tf
from langzoo.serving import ExportedModel, is_export
from langzoo.serving.lite_file import LiteFile
from langzoo.zoo.export import compare_export, export_litert, export_saved_model, next_version, programs

from tests.checks.prediction_log import read_prediction_log

DECODINGS = (
    {"decoder": "temperature", "temperature": 0.7, "seed": 3},
    {"decoder": "top_k", "top_k": 5, "seed": 4},
    {"decoder": "top_p", "top_p": 0.8, "seed": -5},
    {"repetition_penalty": 1.6, "no_repeat_ngram_size": 2},
    {"temperature": 0.9, "num_results": 2},
)
TOLERANCE = 1e-5


def check_export(model, questions, tmp_path):
    """Exports a model, which compares it with the live one in another process, and uses it as `serving` does.

    Args:
        model: with its tokenizer.
        questions: functions of a model, live or exported, that return what must be equal.
        tmp_path: an empty folder.

    Returns:
        The `ExportedModel`.
    """
    base = tmp_path / model.name
    report = export_saved_model(model, next_version(base))
    assert [path.name for path in base.iterdir()] == ["1"] and report.path == base / "1"
    assert report.largest_difference <= TOLERANCE
    assert report.bytes == sum(path.stat().st_size for path in report.path.rglob("*") if path.is_file())
    assert is_export(base) and is_export(report.path)
    exported = ExportedModel(base)
    assert (exported.name, exported.task) == (model.name, model.task)
    assert list(exported.tokens) == model.tokenizer.tokens
    assert list(exported.manifest["signatures"]) == list(report.signatures) and "tokens" in report.signatures
    check_no_training_state(model, report.path)
    check_rows_come_first(exported)
    check_warmup_requests(exported)
    for number, question in enumerate(questions):
        check_equal(question(exported), question(model), f"question {number}")
    return exported


@contextlib.contextmanager
def rough_exports(*, saved_model=(), litert=("generate",)):
    """Exports are neither tried nor compared here, which takes most of the time of tests of what is done with one.

    Args:
        saved_model, litert: names of signatures that are left out; `serving` does not call the LiteRT `generate`.
    """
    of_strings, of_lite = programs.string_signatures, programs.litert_program

    def strings(model):
        return {name: each for name, each in of_strings(model).items() if name not in saved_model}

    @functools.singledispatch
    def lite(model, **options):
        program = of_lite(model, **options)
        kept = {name: each for name, each in program.signatures.items() if name not in litert}
        return dataclasses.replace(program, signatures=kept, rehearsals=[])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compare_export, "compare_export", lambda *_, **__: {"largest_difference": 0.0})
        patch.setattr(programs, "string_signatures", strings)
        patch.setattr(programs, "litert_program", lite)
        yield


def generation(texts, *, max_tokens=8, decodings=({"decoder": "greedy"}, *DECODINGS)):
    """Questions to a model that writes text: greedy and drawn."""
    return [lambda model, o=options: model.generate(texts, max_tokens=max_tokens, **o) for options in decodings]


def check_litert(model, tmp_path, *, quantize="none", **options):
    """Exports a model for LiteRT, which compares it with the live one in another process.

    Returns:
        The report, and the file's manifest.
    """
    before = sorted(tmp_path.iterdir()) if tmp_path.exists() else []
    report = export_litert(model, tmp_path, quantize=quantize, **options)
    assert sorted(tmp_path.iterdir()) == sorted([*before, report.path])
    manifest = LiteFile.read(report.path).manifest
    assert b"Flex" not in report.path.read_bytes()
    assert report.path.stat().st_size == report.bytes > manifest["model"]["bytes"]
    assert list(manifest["signatures"]) == list(report.signatures)
    if quantize == "none":
        assert report.largest_difference <= 1e-4 and report.agreement in (1, None)
    return report, manifest


def check_equal(found, expected, where):
    """The same lists, dicts and strings, and numbers to 1e-5."""
    if isinstance(expected, dict):
        assert list(found) == list(expected), where
        for name, value in expected.items():
            check_equal(found[name], value, f"{where}, {name}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), where
        for i, value in enumerate(expected):
            check_equal(found[i], value, f"{where}, {i}")
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=TOLERANCE, abs=TOLERANCE), where
    elif isinstance(expected, np.ndarray):
        np.testing.assert_allclose(found, expected, rtol=TOLERANCE, atol=TOLERANCE, err_msg=where)
    else:
        assert found == expected, where


def check_rows(rows, live):
    """Token for token, and log-probabilities to 1e-5."""
    check_equal(rows, live, "rows")


def check_warmup_requests(exported):
    """TF Serving can read every request, and each is to a signature that is there, with the inputs that it has."""
    path = exported.directory / "assets.extra" / "tf_serving_warmup_requests"
    requests = [read_prediction_log(message.numpy()) for message in tf.data.TFRecordDataset(str(path))]
    described = exported.manifest["signatures"]
    assert [request["signature"] for request in requests] == list(described)
    for request in requests:
        assert request["name"] == exported.name
        inputs = described[request["signature"]]["inputs"]
        dtypes = {name: array.dtype for name, array in request["inputs"].items()}
        found = {name: "string" if dtype.kind == "O" else dtype.name for name, dtype in dtypes.items()}
        assert found == {name: spec["dtype"] for name, spec in inputs.items()}
        ranks = {name: array.ndim for name, array in request["inputs"].items()}
        assert ranks == {name: len(spec["shape"]) for name, spec in inputs.items()}


def check_rows_come_first(exported):
    """A server that joins requests refuses whatever has no rows."""
    for signature in exported.manifest["signatures"].values():
        for spec in (*signature["inputs"].values(), *signature["outputs"].values()):
            assert spec["shape"][:1] == [None]


def check_no_training_state(model, directory):
    """The variables on the disk are the model's weights: no optimizer, no metric, no random seed, no unused pooler."""
    saved = tf.train.list_variables(str(directory / "variables" / "variables"))
    saved = sorted(tuple(shape) for name, shape in saved if name != "_CHECKPOINTABLE_OBJECT_GRAPH")
    unused = {id(weight) for weight in getattr(getattr(model, "pooler", None), "weights", ())}
    if getattr(model, "pooling", None) == "pooler":
        unused = set()
    weights = [weight for weight in model.weights if weight.name != "seed_generator_state" and id(weight) not in unused]
    assert saved == sorted(tuple(weight.shape) for weight in weights)
