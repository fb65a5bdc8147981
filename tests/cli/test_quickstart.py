import gzip
import json

import pytest
from langzoo.cli.quickstart import _split


def test_a_tenth_of_the_lines_is_held_out_and_nothing_lost(tmp_path):
    lines = [f"line {i} 猫\n" for i in range(1003)]
    (tmp_path / "a.txt").write_text("".join(lines[:500]), encoding="utf-8")
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress("".join(lines[500:]).encode()))
    train, valid = _split([tmp_path / "a.txt", tmp_path / "b.txt.gz"], tmp_path / "parts")
    kept, held = (path.read_text(encoding="utf-8").splitlines(keepends=True) for path in (train, valid))
    assert sorted(kept + held) == sorted(lines)
    assert 0.08 < len(held) / len(lines) < 0.12


def test_the_text_that_python_ships(tmp_path):
    train, valid = _split([], tmp_path)
    assert train.stat().st_size > 5 * valid.stat().st_size > 100_000


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("".join(f"the cat number {i % 17} sat on the mat , said {i % 5} .\n" for i in range(400)))
    return path


@pytest.mark.parametrize("content", [b"", b"a\0b"])
def test_text_that_is_none(content, refused, tmp_path):
    (tmp_path / "a").write_bytes(content)
    run = ["--run", tmp_path / "run", "--out", tmp_path / "out"]
    assert str(tmp_path / "a") in refused("quickstart", "--data", tmp_path / "a", *run)
    assert not (tmp_path / "run").exists() and not (tmp_path / "out").exists()


@pytest.fixture
def refused_after_a_stage(langzoo_run, tmp_path):
    """The last line that quickstart says of a text, which must be refused."""

    def run(words):
        (tmp_path / "a").write_text(words)
        result = langzoo_run(
            "quickstart", "--data", tmp_path / "a", "--run", tmp_path / "run", "--out", tmp_path / "out"
        )
        assert (result.exit_code, result.stdout) == (2, ""), result.output
        assert "Traceback" not in result.stderr
        return result.stderr.splitlines()[-1]

    return run


def test_text_that_is_too_short(refused_after_a_stage, tmp_path):
    assert "the text has 2 lines; give at least 10" in refused_after_a_stage("two\nlines\n")
    assert not (tmp_path / "run").exists()
    assert "streams of 35 need 560" in refused_after_a_stage("line\n" * 12)


def test_a_folder_that_holds_something_else(refused_after_a_stage, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("mine")
    assert "not empty and holds no run" in refused_after_a_stage("line\n" * 12)
    assert (tmp_path / "run" / "thesis.txt").read_text() == "mine"


def test_a_run_on_another_text_keeps_its_own(refused_after_a_stage, tmp_path):
    (tmp_path / "old").write_text("old\n" * 20)
    paths = _split([tmp_path / "old"], tmp_path / "run" / "cache" / "text")
    (tmp_path / "run" / "config.json").write_text("{}")
    before = [path.read_bytes() for path in paths]
    assert "was started with another text; choose another --run" in refused_after_a_stage("line\n" * 12)
    assert [path.read_bytes() for path in paths] == before


@pytest.mark.slow
def test_the_whole_and_once_more(langzoo_run, text, tmp_path):
    run, out = tmp_path / "run", tmp_path / "out"
    line = ["quickstart", "--data", text, "--run", run, "--out", out, "--epochs", 1]
    result = langzoo_run(*line)
    assert result.exit_code == 0, result.output
    for part in ("unigram", "bigram", "lstm_tied", "generated text:", f"tensorboard --logdir {run / 'logs'}"):
        assert part in result.stdout
    assert (out / "1" / "saved_model.pb").is_file()
    assert list((out / "litert" / "1").glob("*.tflite"))
    before = (run / "checkpoint.safetensors").read_bytes()
    found = json.loads(langzoo_run(*line, "--json").stdout)
    assert found.keys() == {"run", "perplexity", "sample", "saved_model", "litert"}
    assert found["perplexity"].keys() == {"unigram", "bigram", "lstm_tied"}
    assert found["saved_model"]["path"] == str(out / "2")
    assert (run / "checkpoint.safetensors").read_bytes() == before
