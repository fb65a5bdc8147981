"""The cache of tokenized text; what damage to its files does is in tests/cli/test_train.py."""

import json
import multiprocessing

import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer
from langzoo.trainers.data.array_cache import COUNTS_FILE, cached_arrays


def cached(folder, write):
    return cached_arrays(
        [folder / "text.txt"], ByteTokenizer(), kind="x", cache=folder / "cache", dtypes={"a": np.int32}, write=write
    )


def write(folder):
    (folder / "a").write_bytes(np.arange(3, dtype=np.int32).tobytes())
    return {"count": 7}


def test_it_is_written_once(tmp_path):
    (tmp_path / "text.txt").write_text("text")
    for _ in range(2):
        key, arrays, counts = cached(tmp_path, write)
        np.testing.assert_array_equal(arrays["a"], [0, 1, 2])
        assert counts == {"count": 7}
        write_again = pytest.fail
        cached(tmp_path, write_again)
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [key]


def test_a_text_that_grows_while_it_is_read_is_not_kept(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("text")

    def grows(folder):
        with open(text, "a") as file:
            file.write(" and more")
        return write(folder)

    with pytest.raises(UserError, match="changed while it was read"):
        cached(tmp_path, grows)
    assert not (tmp_path / "cache").exists()


def _child(folder, written):
    def counted(staging):
        with written.get_lock():
            written.value += 1
        return write(staging)

    cached(folder, counted)


def test_processes_that_want_the_same_wait_for_the_first(tmp_path):
    (tmp_path / "text.txt").write_text("text")
    fork = multiprocessing.get_context("fork")
    written = fork.Value("i", 0)
    processes = [fork.Process(target=_child, args=(tmp_path, written)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0, 0] and written.value == 1


@pytest.mark.parametrize(
    "change", [lambda kept: kept["counts"].pop("count"), lambda kept: kept["counts"].update(count=8)]
)
def test_counts_that_were_changed_are_counted_again(tmp_path, change):
    (tmp_path / "text.txt").write_text("text")
    key, _, _ = cached(tmp_path, write)
    path = tmp_path / "cache" / key / COUNTS_FILE
    kept = json.loads(path.read_text())
    change(kept)
    path.write_text(json.dumps(kept))
    assert cached(tmp_path, write)[2] == {"count": 7} and json.loads(path.read_text())["counts"] == {"count": 7}
