import os
import sys

import numpy as np
import pytest
from langzoo.zoo.export import ExportError, check_export
from langzoo.zoo.export.compare_export import run_alone


def script(tmp_path, body):
    path = tmp_path / "script.py"
    path.write_text("import json, os, sys\nrequest = json.load(open(sys.argv[1], encoding='utf-8'))\n" + body)
    return path


def test_a_request_is_answered(tmp_path):
    body = "answer = [request['a'], sys.flags.isolated, os.environ['CUDA_VISIBLE_DEVICES'], request['path']]\n"
    body += "json.dump(answer, open(sys.argv[2], 'w'))"
    answer, arrays = run_alone(script(tmp_path, body), {"a": "猫"})
    assert answer == ["猫", 1, "-1", [entry for entry in sys.path if entry]] and arrays == {}


def test_the_last_line_of_a_failure_is_told(tmp_path):
    with pytest.raises(ExportError, match=r"in a process without langzoo: ValueError: 猫$"):
        run_alone(script(tmp_path, "raise ValueError('猫')"), {})
    with pytest.raises(ExportError, match=r"exit code 3$"):
        run_alone(script(tmp_path, "sys.exit(3)"), {})


@pytest.mark.parametrize(
    ("kind", "blocked"),
    [("saved_model", "langzoo"), ("saved_model", "keras"), ("litert", "tensorflow"), ("litert", "langzoo")],
)
def test_the_checks_cannot_import_what_they_must_not(kind, blocked, tmp_path):
    """A stand-in for the runtime tries to import it."""
    folder = tmp_path / "fake"
    runtime = folder / ("tensorflow" if kind == "saved_model" else "ai_edge_litert")
    runtime.mkdir(parents=True)
    (runtime / "__init__.py").write_text(f"import {blocked}")
    body = f"sys.path[:0] = [{os.fspath(folder)!r}]\nimport runpy\n"
    body += f"sys.argv = [{check_export.__file__!r}, *sys.argv[1:]]\nrunpy.run_path(sys.argv[0], run_name='__main__')"
    with pytest.raises(ExportError, match=f"import of {blocked} halted"):
        run_alone(script(tmp_path, body), {"kind": kind, "tensorflow_text": False})


@pytest.mark.parametrize(
    "array",
    [
        np.array([b"\x00\xff", "猫".encode(), b"", b"a\x00"], object),
        np.array([], object),
        np.array([[1, -2]], np.int32),
        np.float32(0.1),
        np.array([-np.inf, 1e-30], np.float32),
        np.zeros((0, 3), np.float32),
    ],
)
def test_tensors_survive_a_file(array, tmp_path):
    np.savez(tmp_path / "array.npz", x=check_export.packed(array))
    with np.load(tmp_path / "array.npz") as file:  # without pickle
        found = check_export.unpacked(file["x"])
    assert found.dtype == np.asarray(array).dtype
    np.testing.assert_array_equal(found, array)
