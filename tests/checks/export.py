"""The contract that every exported model keeps, so that a family's own test names its models and texts and no more."""

import json

import numpy as np
import tensorflow as tf
from langzoo.serving import ExportedModel, is_export
from langzoo.zoo.export import export_litert, export_saved_model, next_version

DECODINGS = (
    {"decoder": "temperature", "temperature": 0.7, "seed": 3},
    {"decoder": "top_k", "top_k": 5, "seed": 4},
    {"decoder": "top_p", "top_p": 0.8, "seed": -5},
)


def check_export(model, texts, tmp_path):
    """Exports a model, which compares it with the live one in another process, and uses it as `serving` does.

    Args:
        model: with its tokenizer.
        texts: scored and continued.
        tmp_path: an empty folder.

    Returns:
        The `ExportedModel`.
    """
    base = tmp_path / model.name
    report = export_saved_model(model, next_version(base))
    assert [path.name for path in base.iterdir()] == ["1"] and report.path == base / "1"
    assert report.largest_difference <= 1e-5
    assert report.bytes == sum(path.stat().st_size for path in report.path.rglob("*") if path.is_file())
    assert is_export(base) and is_export(report.path)
    exported = ExportedModel(base)
    assert exported.name == model.name and list(exported.tokens) == model.tokenizer.tokens
    check_no_training_state(model, report.path)
    check_rows(exported.score(texts), model.score(texts))
    for options in DECODINGS:
        live = model.generate(texts, max_tokens=8, **options)
        rows = exported.generate(texts, max_tokens=8, **options)
        assert [row["text"] for row in rows] == [row["text"] for row in live], options
        check_rows(rows, live)
    return exported


def check_litert(model, tmp_path, *, quantize="none", **options):
    """Exports a model for LiteRT, which compares it with the live one in another process.

    Returns:
        The report, and what the manifest says of the file.
    """
    report = export_litert(model, tmp_path, quantize=quantize, **options)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert b"Flex" not in report.path.read_bytes()
    assert report.path.stat().st_size == manifest["files"][report.path.name]["bytes"] == report.bytes
    if quantize == "none":
        assert report.largest_difference <= 1e-4 and report.agreement == 1
    return report, manifest["models"][report.path.name]


def check_rows(rows, live):
    """Token for token, and log-probabilities to 1e-5."""
    assert [row["tokens"] for row in rows] == [row["tokens"] for row in live]
    for row, expected in zip(rows, live, strict=True):
        np.testing.assert_allclose(row["log_probabilities"], expected["log_probabilities"], rtol=1e-5, atol=1e-5)


def check_no_training_state(model, directory):
    """The variables on the disk are weights of backbone and head: no optimizer, no metric, no random seed."""
    saved = tf.train.list_variables(str(directory / "variables" / "variables"))
    saved = sorted(tuple(shape) for name, shape in saved if name != "_CHECKPOINTABLE_OBJECT_GRAPH")
    seeds = ("seed_generator_state",)
    weights = sorted(
        tuple(weight.shape)
        for part in (model.backbone, model.head)
        for weight in part.weights
        if weight.name not in seeds
    )
    assert saved == weights
