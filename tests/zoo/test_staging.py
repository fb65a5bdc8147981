import contextlib
import os
import threading

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.staging import finish_commit, folder_lock, is_empty_folder, next_version, staged_files, staged_folder


def test_next_version_is_one_above_the_highest_number(tmp_path):
    assert next_version(tmp_path / "none") == tmp_path / "none" / "1"
    for name in ("2", "10", "9x", ".11.99.part", "litert", "٣"):
        (tmp_path / name).mkdir()
    assert next_version(tmp_path) == tmp_path / "11"


def test_the_folder_appears_whole(tmp_path):
    with staged_folder(tmp_path / "a" / "1") as staging:
        (staging / "inner").mkdir()
        (staging / "inner" / "file").write_text("x")
        assert not (tmp_path / "a" / "1").exists()
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == [
        "a",
        "a/1",
        "a/1/inner",
        "a/1/inner/file",
    ]


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_a_failure_leaves_nothing_but_what_was_there(tmp_path, error):
    (tmp_path / "a").mkdir()
    with pytest.raises(error), staged_folder(tmp_path / "a" / "b" / "c" / "1") as staging:
        (staging / "file").write_text("x")
        raise error
    assert [path.name for path in tmp_path.rglob("*")] == ["a"]


def test_who_comes_second_does_not_overwrite(tmp_path):
    with pytest.raises(UserError, match=f"new version: {tmp_path}/2"), staged_folder(tmp_path / "1") as staging:
        (staging / "file").write_text("second")
        (tmp_path / "1").mkdir()
        (tmp_path / "1" / "file").write_text("first")
    assert (tmp_path / "1" / "file").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["1"]


def test_a_link_that_leads_nowhere_exists_too(tmp_path):
    (tmp_path / "1").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UserError, match="already exists"), staged_folder(tmp_path / "1"):
        pass


def test_an_empty_folder_is_filled_and_stays_the_same_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    inode = tmp_path.stat().st_ino
    with staged_folder(".") as staging:
        (staging / "inner").mkdir()
        (staging / "inner" / "file").write_text("x")
        assert is_empty_folder(tmp_path)
    assert tmp_path.stat().st_ino == inode
    assert [path.name for path in sorted(tmp_path.rglob("*"))] == ["inner", "file"]


def test_what_a_killed_writer_left_is_removed(tmp_path):
    for name in (".1.0a1b2c3d.part", ".12.0a1b2c3d.part"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("half")
    (tmp_path / ".1.lock").touch()
    with staged_folder(tmp_path / "1") as staging:
        (staging / "file").write_text("whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".12.0a1b2c3d.part", "1"]


def test_two_writers_of_one_folder(tmp_path):
    with staged_folder(tmp_path / "1") as staging:
        (staging / "file").write_text("first")
        with pytest.raises(UserError, match="another process is writing"), staged_folder(tmp_path / "1"):
            pass
    assert (tmp_path / "1" / "file").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["1"]


def old_and_new(tmp_path):
    for name in ("a", "b/c", "b/old", "z"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("old")
    return {"a": "new", "b/c": "new", "z": "new"}


@pytest.mark.parametrize("kill_at", range(8))
def test_files_that_are_replaced_together(tmp_path, monkeypatch, kill_at):
    """Killed at any of the renames, the folder is the old one, or the new one once somebody reads it."""
    new = old_and_new(tmp_path)
    calls = iter(range(100))

    def dies(real):
        def call(*arguments):
            if next(calls) == kill_at:
                monkeypatch.undo()
                raise KeyboardInterrupt
            return real(*arguments)

        return call

    for name in ("rename", "replace"):
        monkeypatch.setattr(os, name, dies(getattr(os, name)))
    with contextlib.suppress(KeyboardInterrupt), staged_files(tmp_path) as staging:
        for name, text in new.items():
            (staging / name).parent.mkdir(exist_ok=True)
            (staging / name).write_text(text)
    monkeypatch.undo()
    finish_commit(tmp_path)
    found = {path.relative_to(tmp_path).as_posix(): path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == (dict.fromkeys(["a", "b/c", "b/old", "z"], "old") if kill_at == 0 else new)


@pytest.mark.parametrize("kind", ["link", "lost link", "file"])
def test_a_folder_replaces_what_is_no_folder(tmp_path, kind):
    run, shared = tmp_path / "run", tmp_path / "shared"
    run.mkdir()
    shared.mkdir()
    (shared / "a").write_text("shared")
    if kind == "file":
        (run / "b").write_text("old")
    else:
        os.symlink(shared if kind == "link" else tmp_path / "nowhere", run / "b")
    with staged_files(run) as staging:
        (staging / "b").mkdir()
        (staging / "b" / "a").write_text("new")
    assert (run / "b" / "a").read_text() == "new" and (shared / "a").read_text() == "shared"
    assert [path.name for path in run.iterdir() if path.name[0] == "."] == []


def test_read_only_files_are_only_read_to_be_synced(tmp_path, monkeypatch):
    """A copied file may be read-only. (Root may write to all, so that the modes of opening are looked at.)"""
    modes, real = [], open

    def opened(path, mode="r", *arguments, **options):
        modes.append(mode)
        return real(path, mode, *arguments, **options)

    with staged_files(tmp_path) as staging:
        (staging / "a").write_text("new")
        (staging / "a").chmod(0o444)
        monkeypatch.setattr("builtins.open", opened)
    monkeypatch.undo()
    assert (tmp_path / "a").read_text() == "new" and modes.count("rb") == 1 and "r+b" not in modes


def test_a_failure_leaves_the_files_that_were_there(tmp_path):
    old_and_new(tmp_path)
    with pytest.raises(OSError, match="full"), staged_files(tmp_path) as staging:
        (staging / "a").write_text("half")
        raise OSError("the disk is full")
    assert (tmp_path / "a").read_text() == "old" and not [path for path in tmp_path.iterdir() if path.name[0] == "."]


def test_a_reader_waits_for_the_moves_and_not_for_the_lock(tmp_path):
    """Who holds the lock of a folder, a run that trains for hours, say, moves what it has committed at once."""
    with folder_lock(tmp_path):
        (tmp_path / ".committed").mkdir()
        (tmp_path / ".committed" / "a").write_text("new")
        mover = threading.Timer(0.3, lambda: os.replace(tmp_path / ".committed", tmp_path / "moved"))
        mover.start()
        finish_commit(tmp_path)
        mover.join()
    assert (tmp_path / "moved" / "a").read_text() == "new"
