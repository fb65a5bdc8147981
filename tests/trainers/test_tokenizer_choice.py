"""`train --tokenizer`: a kind, a folder or a file, told before TensorFlow is loaded."""

import json
import subprocess
import sys

import pytest
from langzoo.layers import load_tokenizer
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.text.byte_pair_tokens import byte_alphabet
from langzoo.layers.text import ByteLevelBPETokenizer, WordPieceTokenizer
from langzoo.trainers.tokenizer_choice import KINDS, check_kind, names_a_place
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from langzoo.trainers.vocabularies import TOKENIZER_TRAINERS, register_tokenizer_trainer, train_tokenizer, unigram_model
from rich.console import Console

TEXT = "the cat sat on the mat .\n" * 50
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "sat", "on", "mat", "."]
CHINESE = "".join(chr(0x4E00 + index) for index in range(1500)) * 2


def trained(tmp_path, text=TEXT, **changes):
    (tmp_path / "text.txt").write_text(text, encoding="utf-8")
    request = TrainRequest(**{"model": "bigram", "data": [tmp_path / "text.txt"], "run": tmp_path / "run", **changes})
    train(request, console=Console(quiet=True))
    return load_tokenizer(tmp_path / "run" / "tokenizer")


def test_the_kinds_are_those_that_can_be_trained():
    assert set(KINDS) == {name for name, one in TOKENIZER_TRAINERS.items() if one.__module__.startswith("langzoo.")}


def test_published_files_are_read(tmp_path):
    vocabulary = tmp_path / "vocab.txt"
    vocabulary.write_text("".join(f"{piece}\n" for piece in PIECES))
    tokenizer = trained(tmp_path, tokenizer=str(vocabulary))
    assert isinstance(tokenizer, WordPieceTokenizer) and tokenizer.vocabulary == PIECES


@pytest.mark.parametrize("name", ["vocab.json", "merges.txt", ""])
def test_two_files_of_which_either_may_be_named(name, tmp_path):
    folder = tmp_path / "gpt2"
    folder.mkdir()
    tokens = [*byte_alphabet(), "Ġt", "he", "Ġthe", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({token: index for index, token in enumerate(tokens)}))
    (folder / "merges.txt").write_text("#version: 0.2\nĠ t\nh e\nĠt he\n", encoding="utf-8")
    tokenizer = trained(tmp_path, tokenizer=str(folder / name))
    assert isinstance(tokenizer, ByteLevelBPETokenizer) and tokenizer.merges == ["Ġ t", "h e", "Ġt he"]


def test_sentence_piece_models_and_our_own_folders(tmp_path):
    (tmp_path / "spiece.model").write_bytes(unigram_model([TEXT], size=40))
    kept = trained(tmp_path, tokenizer=str(tmp_path / "spiece.model"))
    ours = tmp_path / "ours"
    kept.save_assets(ours)
    (tmp_path / "more").mkdir()
    assert trained(tmp_path / "more", tokenizer=str(ours)).digest == kept.digest


@pytest.mark.parametrize(
    ("tokenizer", "message"),
    [
        ("wrd", "unknown tokenizer kind 'wrd'. Did you mean word?"),
        ("no/such/folder", "--tokenizer no/such/folder does not exist: name a kind"),
        ("vocab.txt", "--tokenizer vocab.txt does not exist"),
        ("{empty}", "holds no tokenizer: name a folder or a file that does"),
        ("{text}", "text.md is not a known tokenizer file"),
    ],
)
def test_mistakes_are_one_line(tokenizer, message, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.md").write_text("text")
    with pytest.raises(UserError, match=message) as caught:
        trained(tmp_path, tokenizer=tokenizer.format(empty=tmp_path / "empty", text=tmp_path / "text.md"))
    assert "\n" not in str(caught.value)
    with pytest.raises(UserError, match="the one given has its size"):
        trained(tmp_path, tokenizer=str(tmp_path / "empty"), vocabulary_size=10)


def test_a_kind_is_refused_without_tensorflow(tmp_path):
    (tmp_path / "text.txt").write_text(TEXT)
    line = ["train", "lstm_tiny", "--data", "text.txt", "--run", "run", "--tokenizer", "wrd"]
    code = (
        "import sys; from langzoo.cli.main import main; sys.argv = ['langzoo', *sys.argv[1:]]\n"
        "try: main()\nexcept SystemExit as end: print(end.code, 'tensorflow' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code, *line], cwd=tmp_path, capture_output=True, text=True)
    assert "Did you mean word?" in result.stderr and result.stdout == "2 False\n"


def test_kinds_from_outside():
    @register_tokenizer_trainer("syllable")
    def _train(lines, *, size=None):
        return train_tokenizer("character", lines, size=size)

    try:
        check_kind("syllable")
    finally:
        del TOKENIZER_TRAINERS["syllable"]
    with pytest.raises(UserError, match="syllable"):
        check_kind("syllable")
    assert not names_a_place("syllable") and names_a_place("./syllable")


def test_a_vocabulary_fits_the_characters_unless_its_size_was_given(tmp_path):
    steps = {"steps": 1, "data.batch_size": 2, "data.sequence_length": 8}  # lstm_tiny has 1,000 words
    tokenizer = trained(tmp_path, CHINESE, model="lstm_tiny", tokenizer="unigram", settings=steps)
    assert tokenizer.vocabulary_size > 1500
    assert tokenizer.unknown_id not in tokenizer(CHINESE[:1000]).numpy()
    (tmp_path / "more").mkdir()
    with pytest.raises(UserError, match=r"--vocabulary-size 1000 is too small .* use 1\d\d\d or more, .*coverage"):
        trained(tmp_path / "more", CHINESE, model="lstm_tiny", tokenizer="unigram", vocabulary_size=1000)
