"""Words and names in token ids, of three kinds of tokenizers."""

import sys

import numpy as np
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteLevelBPETokenizer, CharacterTokenizer, WordPieceTokenizer
from langzoo.trainers.data import TokenCorpus
from langzoo.trainers.data.masking_units import MaskingUnits
from langzoo.trainers.vocabularies import train_tokenizer

CHINESE = "我爱北京天安门上海"
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "play", "##ing", "cat", ",", "a", "##b", "。", *CHINESE]
TEXT = "playing cat, 我爱北京天安门。cat上海 a"


@pytest.fixture(scope="module")
def wordpiece():
    return WordPieceTokenizer(PIECES)


@pytest.fixture
def cut(tmp_path):
    """A text with a bar before each unit."""

    def written(tokenizer, text=TEXT, *, names=None, **kwargs):
        if names is not None:
            (tmp_path / "names.txt").write_text(names, encoding="utf-8")
            kwargs["names"] = tmp_path / "names.txt"
        ids = tokenizer(text).numpy()
        starts = MaskingUnits(tokenizer, **kwargs)(ids)
        units = np.split(ids, np.flatnonzero(starts)[1:])
        return "|".join(tokenizer.detokenize([unit]).numpy()[0].decode().strip() for unit in units)

    return written


def test_words_of_pieces_and_chinese_characters(wordpiece, cut):
    assert cut(wordpiece) == "playing|cat|,|我|爱|北|京|天|安|门|。|cat|上|海|a"


def test_chinese_words_of_a_segmenter(wordpiece, cut):
    pytest.importorskip("jieba")
    assert cut(wordpiece, segmenter="jieba") == "playing|cat|,|我|爱|北京|天安门|。|cat|上海|a"


def test_names_are_one_unit_the_longest_first(wordpiece, cut):
    names = "天安门\n\ncat上海\n北京\n北京天安门\nPlaying cat\ncat a\nplay\n"
    assert cut(wordpiece, names=names) == "playing cat|,|我|爱|北京天安门|。|cat 上海|a"
    assert cut(wordpiece, "cat ab cat a a", names="a\ncat a") == "cat|ab|cat a|a"  # whole words alone


def test_a_name_over_the_words_of_a_segmenter(wordpiece, cut):
    pytest.importorskip("jieba")
    assert cut(wordpiece, names="爱北", segmenter="jieba") == "playing|cat|,|我|爱北|京|天安门|。|cat|上海|a"


def test_spaces_of_byte_level_bpe(cut):
    """As fairseq has it: what stands after a word without a space belongs to it."""
    tokenizer = train_tokenizer("bpe", iter(["the cat sat on the mat, the end\n"] * 4), size=290)
    assert isinstance(tokenizer, ByteLevelBPETokenizer)
    assert cut(tokenizer, "the cats, on\nthe mat") == "the|cats,|on|the|mat"  # with the line end
    assert cut(tokenizer, "the mat猫坐 on x") == "the|mat|猫|坐|on|x"
    assert cut(tokenizer, "the cat sat. the cats", names="cat sat\nthe cat") == "the cat|sat.|the|cats"


def test_spaces_of_sentencepiece(cut):
    tokenizer = train_tokenizer("unigram", iter(["the cat sat on the mat\n", "a cat\n"] * 20), size=24)
    assert cut(tokenizer, "the cat sat") == "the|cat|sat"
    assert len(tokenizer("the cat sat").numpy()) > 3
    assert cut(tokenizer, "the cat sat", names="cat sat\n") == "the|cat sat"


def test_special_tokens_stand_alone(wordpiece):
    ids = np.array([2, 5, 3, 6, 6, 0, 3, 7, 4, 6])
    assert MaskingUnits(wordpiece)(ids).tolist() == [True, True, True, True, False, *[True] * 5]


def test_units_are_kept_with_the_tokens(wordpiece, tmp_path):
    (tmp_path / "text.txt").write_text(TEXT + "\n\nplaying", encoding="utf-8")
    found = {}
    for name, units in {"words": MaskingUnits(wordpiece), "none": None}.items():
        for separation in ("files", "blank_lines"):
            found[name, separation] = TokenCorpus.from_files(
                [tmp_path / "text.txt"], wordpiece, cache=tmp_path / "cache", units=units, separation=separation
            )
    words = found["words", "blank_lines"]
    np.testing.assert_array_equal(words.unit_starts, MaskingUnits(wordpiece)(words.tokens))
    assert found["none", "files"].unit_starts is None and len({corpus.key for corpus in found.values()}) == 4
    ends = np.flatnonzero(words.tokens == wordpiece.end_id) + 1
    assert words.document_starts.tolist() == words.line_starts.tolist() == [0, *ends] and len(ends) == 2
    assert found["words", "files"].document_starts.tolist() == [0, len(words) - 1]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("cat\n狗 a\n", "names.txt line 2: the vocabulary cannot write '狗 a'; leave it out"),
        ("[SEP]\n", "line 1: the vocabulary cannot write '[SEP]'"),
        ("\n \n", "has no name in it: write one a line"),
        (b"cat\n\xff\n", "names.txt line 2 is not UTF-8"),
        (None, "is missing: give a text file, one name per line"),
    ],
)
def test_a_list_of_names_that_is_none(wordpiece, names, message, tmp_path):
    path = tmp_path / "names.txt"
    if names is not None:
        path.write_bytes(names if isinstance(names, bytes) else names.encode())
    with pytest.raises(UserError) as caught:
        MaskingUnits(wordpiece, names=path)
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_what_is_not_there(wordpiece, monkeypatch):
    monkeypatch.setitem(sys.modules, "jieba", None)
    with pytest.raises(UserError, match=r"jieba is not installed: pip install .langzoo\[chinese\]., or use"):
        MaskingUnits(wordpiece, segmenter="jieba")
    with pytest.raises(UserError, match="a character tokenizer does not mark where words begin"):
        MaskingUnits(CharacterTokenizer(["<unk>", "<eos>", "a"]))
