"""Every command that writes: killed at random moments, started twice at once, on a full and on a read-only disk."""

import contextlib
import functools
import os
import random
import shutil
import signal
import subprocess
import time

import pytest

from tests.attack.writers import writers

KILLS = 100
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
TIME_LIMIT = 300


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Gives commands by their names, all if none is named, with what each makes when left alone, and its seconds."""
    base = tmp_path_factory.mktemp("writers")
    known = {writer.name: writer for writer in writers(base / "given")}

    @functools.cache
    def done(name):
        folder = base / name
        folder.mkdir()
        start = time.monotonic()
        found = subprocess.run(known[name].command(), cwd=folder, check=False, timeout=TIME_LIMIT, **QUIET)
        assert found.returncode == 0, found.stderr
        return known[name], known[name].result(folder), time.monotonic() - start

    return lambda *names: [done(name) for name in names or known]


def hidden(folder):
    return [path.relative_to(folder).as_posix() for path in folder.rglob(".*")]


def finish(writer, folder):
    """Runs the command again, as its user does; a place where it has finished is refused, and that is right."""
    more = writer.again if (folder / writer.made).exists() else ()
    done = subprocess.run(writer.command(*more), cwd=folder, check=False, timeout=TIME_LIMIT, **QUIET)
    refused = done.returncode == 2 and "already exists" in done.stderr
    assert done.returncode == 0 or refused, done.stderr


def kill_and_finish(whole, tmp_path, count, seed):
    chance = random.Random(seed)
    for number in range(count):
        writer, expected, seconds = whole[number % len(whole)]
        folder = tmp_path / f"killed {number}"
        folder.mkdir()
        process = subprocess.Popen(writer.command(), cwd=folder, **QUIET)
        # Most of a command is the start of TensorFlow; what is written, is written towards its end.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds * chance.uniform(0.4, 1.0))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        finish(writer, folder)
        assert writer.result(folder) == expected, f"{writer.name}, kill {number}"
        assert hidden(folder) == [], f"{writer.name}, kill {number}"
        shutil.rmtree(folder)


def twice(writer, expected, folder):
    """Both at once: one does the work, the other waits or is refused in one line."""
    folder.mkdir()
    both = [subprocess.Popen(writer.command(), cwd=folder, **QUIET) for _ in range(2)]
    errors = [process.communicate(timeout=TIME_LIMIT)[1] for process in both]
    codes = sorted(process.returncode for process in both)
    assert codes == [0, 2], (codes, errors)
    (refusal,) = [error for process, error in zip(both, errors, strict=True) if process.returncode == 2]
    last = refusal.strip().splitlines()[-1]
    assert last.startswith("langzoo: ") and "Traceback" not in refusal
    assert any(words in last for words in ("another process is writing", "already exists", "holds a run already")), last
    assert writer.result(folder) == expected and hidden(folder) == []


@contextlib.contextmanager
def small_disk(folder, *options):
    """A disk of its own, a megabyte large."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", ",".join(["size=1m", *options]), "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small tmpfs needs root")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def refused(writer, folder):
    done = subprocess.run(writer.command(), cwd=folder, check=False, timeout=TIME_LIMIT, **QUIET)
    last = (done.stderr.strip().splitlines() or [""])[-1]
    assert (done.returncode, last[:9]) == (2, "langzoo: "), done.stderr
    assert "Traceback" not in done.stderr
    return last


def on_a_full_disk(writer, folder):
    with small_disk(folder):
        free = os.statvfs(folder)
        (folder / "filler").write_bytes(b"x" * (free.f_bavail * free.f_frsize))
        assert "the disk is full" in refused(writer, folder)
        assert [path.name for path in folder.iterdir()] == ["filler"]


def on_a_read_only_disk(writer, folder):
    with small_disk(folder, "ro"):
        assert "ead-only file system" in refused(writer, folder)


def on_a_full_temporary_folder(writer, folder):
    """TMPDIR is full, the place that is written to is not."""
    folder.mkdir()
    with small_disk(folder / "tmp"):
        free = os.statvfs(folder / "tmp")
        (folder / "tmp" / "filler").write_bytes(b"x" * (free.f_bavail * free.f_frsize))
        done = subprocess.run(
            writer.command(), cwd=folder, env={**os.environ, "TMPDIR": str(folder / "tmp")}, timeout=TIME_LIMIT, **QUIET
        )
        assert done.returncode == 0 or "the disk is full" in done.stderr.splitlines()[-1], done.stderr
        assert "Traceback" not in done.stderr
        assert done.returncode == 0 or [path.name for path in folder.iterdir()] == ["tmp"]


@pytest.mark.parametrize("name, kills", [("tokenizer train", 1), pytest.param("train", 2, marks=pytest.mark.ci)])
def test_some_kills(undisturbed, tmp_path, name, kills):
    kill_and_finish(undisturbed(name), tmp_path, kills, seed=1)


@pytest.mark.attack
def test_a_hundred_kills(undisturbed, tmp_path):
    kill_and_finish(undisturbed(), tmp_path, KILLS, seed=2)


@pytest.mark.attack
def test_every_command_twice_at_once(undisturbed, tmp_path):
    for writer, expected, _ in undisturbed():
        twice(writer, expected, tmp_path / writer.name)


@pytest.mark.attack
@pytest.mark.parametrize("disk", [on_a_full_disk, on_a_read_only_disk, on_a_full_temporary_folder])
def test_every_command_on_such_a_disk(undisturbed, tmp_path, disk):
    for writer, _, _ in undisturbed():
        disk(writer, tmp_path / writer.name)
