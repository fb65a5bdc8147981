"""What a source keeps in memory does not grow with its corpus."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from langzoo.layers.text import WordTokenizer
from langzoo.trainers.data.example_store import ExampleStore
from langzoo.trainers.data.labelled_corpus import LabelledCorpus
from langzoo.trainers.data.ragged import Ragged
from langzoo.trainers.data.text_source import TextSource

ROWS, LENGTH = 60_000, 250  # 60 MB


def mapped_memory():
    """Bytes of files that lie in this process's memory."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("RssFile"))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_file_that_is_read_does_not_stay_in_memory(tmp_path):
    np.ones(ROWS * LENGTH, np.int32).tofile(tmp_path / "text")
    (np.arange(ROWS + 1) * LENGTH).astype(np.int64).tofile(tmp_path / "starts")
    text = Ragged(*(np.memmap(tmp_path / name, dtype, "r") for name, dtype in (("text", "i4"), ("starts", "i8"))))
    none, one = np.zeros(ROWS + 1, np.int64), np.arange(ROWS + 1)
    columns = {"text": text, "pair": Ragged(np.zeros(0, np.int32), none), "label": Ragged(one[:-1] % 2, one)}
    corpus = LabelledCorpus(ExampleStore(columns, {}), has_pairs=False, names=("a", "b"))
    before = mapped_memory()
    shape = {"batch_size": 100, "sequence_length": 300, "seed": 1}
    source = TextSource(corpus, WordTokenizer(["<unk>", "<eos>"]), labels=["b", "a"], **shape)
    for step in range(60):
        batch = source.rows(step, 0, 100)
        assert batch["token_ids"].shape == (100, LENGTH + 2)
        assert mapped_memory() - before < 20 << 20


def test_rows_are_read_by_several_threads_at_once(tmp_path):
    """Of files that nobody has opened yet, and of more files than are kept open."""
    expected = np.arange(2000, dtype=np.int32)
    expected.tofile(tmp_path / "values")
    starts = np.arange(0, 2001, 20)
    with ThreadPoolExecutor(8) as pool:
        for number in range(100):
            os.link(tmp_path / "values", tmp_path / f"values{number}")
            rows = Ragged(np.memmap(tmp_path / f"values{number}", "i4", "r"), starts)
            np.testing.assert_array_equal(np.concatenate(list(pool.map(rows.row, range(100)))), expected)
