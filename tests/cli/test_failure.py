import errno

import langzoo.zoo
import pytest
import tensorflow as tf
from langzoo.cli.failure import explain
from langzoo.layers.errors import UserError
from langzoo.zoo.export import ExportError


@pytest.fixture
def failing(langzoo_run, monkeypatch, byte_run):
    """Runs a command whose work raises an exception."""

    def run(error):
        def load(directory):
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
        (ExportError("score: differs by 0.3"), 1, "score: differs by 0.3"),
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


def test_control_c_is_quiet(failing):
    result = failing(KeyboardInterrupt())
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "")
