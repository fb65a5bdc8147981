import subprocess
import sys

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.zoo.place_lock import place_lock

HOLD = """
import sys
from langzoo.zoo.place_lock import place_lock
with place_lock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    return process


def test_a_lock_ends_with_its_process_however_that_ends(tmp_path):
    process = holder(tmp_path / "a")
    with pytest.raises(UserError, match="another process is writing"), place_lock(tmp_path / "a"):
        pass
    process.kill()
    process.wait()
    with place_lock(tmp_path / "a") as held:
        assert held
    assert not list(tmp_path.iterdir())


def test_who_waits_gets_it(tmp_path):
    process = holder(tmp_path / "a")
    waiter = subprocess.Popen(
        [sys.executable, "-c", HOLD.replace("sys.argv[1]", "sys.argv[1], wait=True"), str(tmp_path / "a")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.communicate("")
    assert waiter.stdout.readline() == "held\n"
    with pytest.raises(UserError), place_lock(tmp_path / "a"):
        pass
    waiter.communicate("")
    assert not list(tmp_path.iterdir())


def test_other_places_and_long_names_have_locks_of_their_own(tmp_path):
    with place_lock(tmp_path / "a"), place_lock(tmp_path / "b"), place_lock(tmp_path / ("猫" * 85)):
        assert len(list(tmp_path.iterdir())) == 3


def test_a_folder_that_is_missing_or_a_file(tmp_path):
    with pytest.raises(FileNotFoundError), place_lock(tmp_path / "none" / "a"):
        pass
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError), place_lock(tmp_path / "file" / "a"):
        pass
