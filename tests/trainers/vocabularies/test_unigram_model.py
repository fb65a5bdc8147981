from pydoc_data.topics import topics

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import SentencePieceTokenizer, load_tokenizer
from langzoo.trainers.vocabularies import train_tokenizer, unigram_model
from langzoo.trainers.vocabularies.vocabulary_too_small import VocabularyTooSmall

TEXT = [topics[name] for name in sorted(topics)[:20]] + ["今天天气很好，我们去公园散步吧。\n" * 20]


def test_pieces_are_learned(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tokenizer = train_tokenizer("unigram", TEXT, size=600)
    assert list(tmp_path.iterdir()) == []
    assert isinstance(tokenizer, SentencePieceTokenizer) and tokenizer.vocabulary_size == 600
    assert tokenizer.tokens[:3] == ["<pad>", "</s>", "<unk>"]
    assert (tokenizer.padding_id, tokenizer.end_id, tokenizer.unknown_id, tokenizer.start_id) == (0, 1, 2, 1)
    assert {"▁the", "ing", "▁is"} < set(tokenizer.tokens)
    text = "The following statements are expressions. 今天天气很好"
    assert tokenizer.detokenize(tokenizer(text)).numpy().decode() == text
    assert len(tokenizer(text)) < 0.7 * len(text)
    tokenizer.save_assets(tmp_path / "saved")
    assert load_tokenizer(tmp_path / "saved")([text]).to_list() == tokenizer([text]).to_list()


def test_the_same_text_gives_the_same_file():
    assert unigram_model(TEXT, size=400) == unigram_model(iter(TEXT), size=400)


def test_size_is_a_bound():
    small = train_tokenizer("unigram", ["the cat and the dog", "the dogs and the cats"])
    assert small.vocabulary_size < 30
    with_bytes = train_tokenizer("unigram", ["the cat and the dog"], byte_fallback=True)
    assert with_bytes.vocabulary_size > 256 and with_bytes.unknown_id not in with_bytes("猫 zebra").numpy()


def test_rare_characters_are_unknown():
    lines = ["cat " * 3000 + "猫"]
    assert "猫" not in train_tokenizer("unigram", lines).tokens
    assert "猫" in train_tokenizer("unigram", lines, character_coverage=1.0).tokens


def test_text_is_normalized_or_not():
    line = "你好，世界！①ＡＢ  你好，"
    made = {name: train_tokenizer("unigram", [line], normalization=name) for name in ("nfkc", "none")}
    written = {name: tokenizer.detokenize(tokenizer(line)).numpy().decode() for name, tokenizer in made.items()}
    assert written == {"nfkc": "你好,世界!1AB 你好,", "none": line}
    default = train_tokenizer("unigram", [line])
    assert default.digest == made["nfkc"].digest


def test_a_size_that_is_too_small_says_what_would_do():
    with pytest.raises(VocabularyTooSmall) as caught:
        unigram_model(["the cat and the dog"], size=6)
    assert (caught.value.size, caught.value.needed) == (6, 13)
    assert len(unigram_model(["the cat and the dog"], size=13)) > 100


def test_long_lines_are_cut_not_left_out():
    """The library leaves out what is longer than 4,192 bytes; here one is all there is."""
    tokens = train_tokenizer("unigram", ["the cat " * 2000 + "猫的" * 3000], size=40).tokens
    assert {"▁the", "▁cat", "猫", "的"} < set(tokens)


@pytest.mark.parametrize(
    ("lines", "options", "message"),
    [
        ([], {}, "the text to train the vocabulary on is empty"),
        (["", "\n"], {}, "the text to train the vocabulary on is empty"),
        ([" \t\n", "\u3000"], {}, "the text to train the vocabulary on is empty"),
        (["\x01\x02\x7f \x01"], {}, "the text to train the vocabulary on is empty"),
        (["\u2581\ufffd"], {}, "the text to train the vocabulary on is empty"),
        (["a"], {"normalization": "nfd"}, "normalization must be nfkc or none, got 'nfd'"),
        (["a\ud800"], {}, "half a surrogate pair"),
        (["the cat and the dog"], {"size": 6}, "size 6 is too small for the characters of the text: use 13 or more"),
        (["a"], {"size": 3}, "size must be at least 4"),
        (["a"], {"character_coverage": 0.5}, "character_coverage must be from 0.98 to 1, got 0.5"),
        (["a"], {"lowercase": True}, "'lowercase' is no option.*character_coverage, byte_fallback, normalization"),
    ],
)
def test_mistakes_are_one_line(lines, options, message):
    with pytest.raises(UserError, match=message) as caught:
        train_tokenizer("unigram", lines, **options)
    assert "\n" not in str(caught.value)


def test_what_the_text_raises_comes_through():
    def lines():
        yield "text"
        raise UserError("the file is gone")

    with pytest.raises(UserError, match="the file is gone"):
        unigram_model(lines())
    with pytest.raises(ValueError, match="not one string"):
        unigram_model("text")
