import errno
import importlib
import os
import subprocess
import sys

import langzoo.zoo
import pytest
import tensorflow as tf
from langzoo.cli.failure import explain
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.work_error import WorkError
from langzoo.zoo.export import ExportError


@pytest.fixture
def failing(langzoo_run, monkeypatch, byte_run):
    """Runs a command whose work raises an exception."""

    def run(error):
        def load(directory, *, task=None):
            raise error

        monkeypatch.setattr(langzoo.zoo, "load", load)
        return langzoo_run("score", byte_run, "--text", "a")

    return run


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (UserError("write it so"), 2, "write it so"),
        (UserError("two\nlines"), 2, "two lines"),
        (OSError(errno.ENOSPC, "No space left on device", "a.bin"), 2, "a.bin: the disk is full"),
        (tf.errors.ResourceExhaustedError(None, None, "x; No space left on device"), 2, "the disk is full"),
        (OSError(errno.EADDRINUSE, "Address already in use"), 2, "--port"),
        (PermissionError(errno.EACCES, "Permission denied", "a.bin"), 2, "a.bin: permission denied"),
        (OSError(errno.EROFS, "Read-only file system", "a.bin"), 2, "a.bin: Read-only file system"),
        (tf.errors.ResourceExhaustedError(None, None, "OOM when allocating"), 1, "out of memory"),
        (ExportError("score: differs by 0.3"), 1, "the export failed its checks and was removed: score: differs"),
        (WorkError("worker 1 was killed"), 1, "langzoo: worker 1 was killed"),
    ],
)
def test_what_is_no_defect_is_one_line(error, code, message, failing):
    result = failing(error)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr
    assert result.stderr.startswith("langzoo: ")
    assert result.stderr.count("\n") == 1


def test_a_defect_shows_its_traceback(failing):
    result = failing(KeyError("config"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Traceback" in result.stderr
    assert "defect" in result.stderr.splitlines()[-1]
    assert explain(FileNotFoundError(errno.ENOENT, "No such file", "a.bin")) is None  # ours to have looked for


def test_a_package_that_fails_is_named_and_is_no_defect_of_ours(failing, tmp_path, monkeypatch):
    """Whatever its code, or what it called, raises."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "their_models.py").write_text("def build():\n    return {}['layers']\n")
    info = tmp_path / "their_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: their-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[langzoo.model]\nmodels = their_models\n")
    build = importlib.import_module("their_models").build
    with pytest.raises(KeyError) as caught:
        build()
    result = failing(caught.value)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Traceback" in result.stderr and "their_models.py" in result.stderr
    last = result.stderr.splitlines()[-1]
    assert "the package 'their-package', which brings models to langzoo, fails (KeyError: 'layers')" in last
    assert "defect of langzoo" not in result.stderr


def test_a_package_that_does_not_load_stops_nothing_of_ours(byte_run, tmp_path):
    (tmp_path / "broken_models.py").write_text("raise RuntimeError('no such GPU')\n")
    info = tmp_path / "broken_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[langzoo.model]\nmodels = broken_models\n")

    def run(*args):
        command = [sys.executable, "-m", "langzoo.cli", *map(str, args)]
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)

    listed = run("list", "lstm*")
    assert listed.returncode == 0 and "lstm_small" in listed.stdout
    assert "the package 'broken-package' fails to load what it brings to langzoo" in listed.stderr
    assert "RuntimeError: no such GPU" in listed.stderr and listed.stderr.count("\n") == 1
    for named in ("lstm_small", byte_run):
        described = run("describe", named)
        assert (described.returncode, described.stderr) == (0, ""), described.stderr
    unknown = run("describe", "their_model")
    assert unknown.returncode == 2 and "'broken-package'" in unknown.stderr and unknown.stderr.count("\n") == 1


def test_control_c_is_one_line(failing):
    result = failing(KeyboardInterrupt())
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "langzoo: interrupted\n")
