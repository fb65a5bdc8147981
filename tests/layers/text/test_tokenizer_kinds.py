import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import (
    TOKENIZERS,
    ByteTokenizer,
    CharacterTokenizer,
    WordTokenizer,
    load_tokenizer,
    register_tokenizer,
)


def test_ours_are_there():
    assert TOKENIZERS["word"] is WordTokenizer
    assert TOKENIZERS["character"] is CharacterTokenizer
    assert TOKENIZERS["byte"] is ByteTokenizer


def test_a_kind_from_outside_is_saved_and_loaded(tmp_path):
    @register_tokenizer
    class LoudTokenizer(WordTokenizer):
        """Words, louder."""

        kind = "loud"

        def __init__(self, vocabulary, *, volume=1, **kwargs):
            super().__init__(vocabulary, **kwargs)
            self.volume = volume

        @property
        def options(self):
            return {"volume": self.volume}

    LoudTokenizer(["<unk>", "<eos>", "HEY"], volume=11).save_assets(tmp_path)
    loaded = load_tokenizer(tmp_path)
    assert type(loaded) is LoudTokenizer and loaded.volume == 11
    assert loaded("HEY").numpy().tolist() == [2]


def test_a_kind_may_not_be_taken_over():
    class Impostor(WordTokenizer):
        """Words, of somebody else."""

    with pytest.raises(ValueError, match=r"'word' of a tokenizer is taken by .*WordTokenizer .*second: .*Impostor"):
        register_tokenizer(Impostor)
    assert TOKENIZERS["word"] is WordTokenizer
    Impostor.kind = ""
    with pytest.raises(ValueError, match="kind must be set on Impostor"):
        register_tokenizer(Impostor)


def test_unknown_kind_names_the_known():
    with pytest.raises(UserError, match=r"'wrod'.*word.*byte, character, .*word"):
        TOKENIZERS["wrod"]
