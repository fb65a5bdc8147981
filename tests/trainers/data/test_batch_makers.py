"""Processes that make batches: the same batches, of every way of training, and an end with the training."""

import os
import pickle
import signal
from multiprocessing.reduction import ForkingPickler

import numpy as np
import pytest
from langzoo.cli.main import app
from langzoo.trainers.data import BatchSource, StreamSource
from langzoo.trainers.data.batch_makers import BatchMakers
from langzoo.trainers.data.token_corpus import TokenCorpus
from typer.testing import CliRunner

from tests.trainers.ways import WAYS, command, text_of

MAPPED = 50_000  # bytes of a source that would carry the numbers of its mapped files


def equal(found, expected):
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_array_equal(found[name], value, err_msg=name)
        assert found[name].dtype == value.dtype


@pytest.mark.ci
@pytest.mark.parametrize("way", WAYS)
def test_every_source_goes_to_another_process(way, text, tmp_path, monkeypatch):
    """And makes the same rows there, in the first epoch and the second."""
    sources = []
    long = tmp_path / "long.txt"
    long.write_text(text.read_text(encoding="utf-8") * 8, encoding="utf-8")

    def stop(source, **_):
        sources.append(source)
        raise KeyboardInterrupt

    monkeypatch.setattr(BatchSource, "dataset", stop)
    line = command(text_of(way, long, tmp_path), tmp_path / "run", way, steps=2, settings=[])
    CliRunner().invoke(app, line[3:])
    (source,) = sources
    sent = ForkingPickler.dumps(source)
    assert b"keras" not in sent  # a layer would start TensorFlow, and a GPU, in each process
    copy = pickle.loads(sent)
    for step in (0, source.steps_per_epoch + 1):
        equal(copy.rows(step, 2, 3), source.rows(step, 2, 3))


def mapped_stream(folder, tokens=40_000):
    path = folder / "tokens"
    np.arange(tokens, dtype=np.int32).tofile(path)
    whole = np.array([0, tokens])
    corpus = TokenCorpus(np.memmap(path, np.int32, mode="r"), whole, num_bytes=tokens, num_unknown=0, start_id=0)
    return StreamSource(corpus, batch_size=4, sequence_length=8)


@pytest.mark.ci
def test_batches_are_made_in_order_by_several(tmp_path):
    source = mapped_stream(tmp_path)
    assert len(ForkingPickler.dumps(source)) < MAPPED < source.corpus.tokens.nbytes
    expected = list(source.dataset(start=3, steps=20).as_numpy_iterator())
    with BatchMakers(source, 2) as makers:
        found = list(source.dataset(start=3, steps=20, makers=makers).as_numpy_iterator())
    for one, other in zip(found, expected, strict=True):
        equal(one, other)
    said = []
    with BatchMakers(source, 1, remark=said.append) as makers:
        makers.rows(0, 0, 4)
        (process,) = makers._pool._processes.values()
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        found = list(source.dataset(start=3, steps=20, makers=makers).as_numpy_iterator())
    for one, other in zip(found, expected, strict=True):
        equal(one, other)
    assert len(said) == 1 and "process makes the same batches itself" in said[0]


@pytest.mark.parametrize("part", [slice(None), slice(1, None), slice(7, 20_000), slice(None, None, 2), slice(0, 0)])
def test_a_part_of_a_mapped_file_goes_by_its_place(part, tmp_path):
    whole = mapped_stream(tmp_path).corpus.tokens
    sent = ForkingPickler.dumps(whole[part])
    np.testing.assert_array_equal(pickle.loads(sent), whole[part])
    assert len(sent) < 1000 or part.step == 2
