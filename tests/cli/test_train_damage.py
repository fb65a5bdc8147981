"""`langzoo train`: files that are damaged, missing or left behind, and processes that write at once."""

import os
import shutil

import pytest
from langzoo.zoo.staging import folder_lock

from tests.cli.train_lines import files, line, resume


@pytest.mark.parametrize("name", ["checkpoint.safetensors", "weights.safetensors"])
@pytest.mark.parametrize("damage", ["truncated", "altered"])
def test_a_damaged_file_is_told_before_the_run_goes_on(name, damage, refused, copied, text):
    path = copied / name
    content = bytearray(path.read_bytes())
    if damage == "truncated":
        del content[len(content) // 2 :]
    else:
        content[-10] ^= 1
    path.write_bytes(content)
    before = files(copied)
    found = refused(*resume(copied, text=text, steps=9))
    assert f"{path} is damaged" in found
    assert files(copied) == before


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("training.json", "{", "training.json is damaged"),
        ("training.json", "[]", "training.json is damaged"),
        ("training.json", None, "training.json is missing"),
        ("metrics.jsonl", "{}\n", "metrics.jsonl is damaged"),
        ("config.json", "{", "config.json is damaged"),
    ],
)
def test_a_damaged_description(name, content, message, refused, copied, text):
    path = copied / name
    path.unlink() if content is None else path.write_text(content)
    assert message in refused(*resume(copied, text=text, steps=9))


def test_what_a_kill_leaves_in_the_first_moments_is_begun_anew(langzoo_run, copied, text, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(copied / "cache", run / "cache")
    shutil.copytree(copied / "tokenizer", run / ".files.0a1b2c3d.part" / "tokenizer")
    shutil.copytree(copied / "tokenizer", run / "cache" / ".key.0a1b2c3d.part" / "tokens")
    for name in (run / ".files.lock", run / "cache" / ".key.lock"):
        name.touch()
    result = langzoo_run(*resume(run, "--tokenizer", "char", text=text))
    assert result.exit_code == 0, result.output
    assert (run / "weights.safetensors").is_file()
    assert not [path for path in run.rglob(".*")]


def test_half_written_files_of_a_killed_run_go(langzoo_run, copied, text):
    (copied / ".checkpoint.safetensors.0a1b2c3d.part").write_bytes(b"half")
    (copied / ".checkpoint.safetensors.lock").touch()
    assert langzoo_run(*resume(copied, text=text)).exit_code == 0
    assert not list(copied.glob(".*"))


@pytest.mark.parametrize("gone", [["checkpoint.safetensors"], ["checkpoint.safetensors", "weights.safetensors"]])
def test_a_run_that_lost_its_checkpoint_is_not_begun_anew_over_what_is_there(gone, refused, copied, text):
    for name in gone:
        (copied / name).unlink()
    before = files(copied)
    message = refused(*resume(copied, text=text, steps=9))
    assert "checkpoint.safetensors is missing" in message and f"langzoo train {copied} --run" in message
    assert files(copied) == before


@pytest.mark.parametrize("damage", ["cut", "other ids", "empty", "gone", "a folder", "counts"])
def test_a_cache_that_is_not_what_was_written_is_written_again(damage, langzoo_run, copied, finished, text):
    (key,) = [path for path in (copied / "cache").iterdir() if len(path.name) == 32]
    tokens = key / "tokens"
    whole = files(copied / "cache")
    if damage == "cut":
        os.truncate(tokens, tokens.stat().st_size // 2)
    elif damage == "other ids":
        tokens.write_bytes(bytes(tokens.stat().st_size))
    elif damage == "empty":
        os.truncate(tokens, 0)
    elif damage == "counts":
        (key / "counts.json").write_text("[]")
    else:
        tokens.unlink()
    if damage == "a folder":
        tokens.mkdir()
    result = langzoo_run(*resume(copied, text=text, steps=9))
    assert result.exit_code == 0, result.output
    assert files(copied / "cache") == whole


def test_a_second_process_is_refused_while_a_run_goes_on(refused, copied, text):
    before = files(copied)
    with folder_lock(copied):
        assert f"another process is writing {copied}" in refused(*resume(copied, text=text))
    assert files(copied) == before


@pytest.mark.parametrize("name", ["cache", "logs", ""])
def test_a_file_or_a_link_where_a_folder_should_be(name, refused, copied, text, tmp_path):
    run = tmp_path / "run"
    if name:
        shutil.rmtree(copied / name)
        (copied / name).write_text("mine")
        line_of = resume(copied, text=text, steps=9)
    else:
        run.symlink_to("nowhere")
        line_of = line(run, text=text)
    assert str(copied / name if name else run) in refused(*line_of)
    assert not name or (copied / name).read_text() == "mine"


def test_text_that_is_no_unicode(langzoo_run, text, tmp_path):
    """JSON can write half of a surrogate pair, which no file can hold."""
    for value in ('"\\ud800"', '"a\\udfffb"'):
        result = langzoo_run(*line(tmp_path / "run", "--set", f"sample_prompt={value}", text=text))
        assert result.exit_code == 2 and result.stderr.splitlines()[-1].startswith("langzoo: "), result.output
    assert not (tmp_path / "run").exists()
