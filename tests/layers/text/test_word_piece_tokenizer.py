import os
from pathlib import Path

import pytest
import tokenizers
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordPieceTokenizer, load_tokenizer
from langzoo.trainers.vocabularies import word_piece_vocabulary

from tests.layers.text.noisy_text import noisy_lines

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
SMALL = [*SPECIAL, "play", "##ing", "the", "猫", "狗", "##猫", "。", "!", ",", "don", "'", "t", "a"]
EXTRA = [*SPECIAL, "[unused1]", "[MASK", "##", "##a"]


def check_like_reference(vocabulary, lines, **options):
    ours = WordPieceTokenizer(vocabulary, **options)
    ids = {token: index for index, token in enumerate(vocabulary)}
    reference = tokenizers.BertWordPieceTokenizer(
        ids,
        lowercase=options.get("lowercase", True),
        strip_accents=options.get("strip_accents"),
        handle_chinese_chars=options.get("split_chinese", True),
    )
    encodings = reference.encode_batch(lines, add_special_tokens=False)
    assert ours(lines).to_list() == [encoding.ids for encoding in encodings]
    found = {name: rows.to_list() for name, rows in ours.offsets(lines).items()}
    assert found["token_ids"] == [encoding.ids for encoding in encodings]
    assert found["starts"] == [[start for start, _ in encoding.offsets] for encoding in encodings]
    assert found["limits"] == [[limit for _, limit in encoding.offsets] for encoding in encodings]


@pytest.mark.parametrize(
    "options",
    [{}, {"lowercase": False}, {"strip_accents": False}, {"split_chinese": False}],
    ids=lambda options: "-".join(options) or "uncased",
)
def test_ids_and_offsets_of_the_reference(options):
    lines = [*noisy_lines(1000, extra=EXTRA), "x" * 100 + " " + "x" * 101, "", " "]
    vocabulary = word_piece_vocabulary(lines, size=1500, lowercase=options.get("lowercase", True), min_frequency=1)
    check_like_reference(vocabulary, lines, **options)


@pytest.mark.data
@pytest.mark.parametrize("name", ["bert-base-uncased", "bert-base-chinese"])
@pytest.mark.parametrize("lowercase", [True, False])
def test_ten_thousand_lines_with_published_vocabularies(name, lowercase):
    path = Path(os.environ.get("LANGZOO_DATA", "")) / "vocab" / f"{name}-vocab.txt"
    if "LANGZOO_DATA" not in os.environ or not path.is_file():
        pytest.skip(f"LANGZOO_DATA names no folder with vocab/{name}-vocab.txt")
    vocabulary = WordPieceTokenizer.from_file(path).vocabulary
    check_like_reference(vocabulary, noisy_lines(10_000, seed=1, extra=EXTRA), lowercase=lowercase)


def test_special_ids():
    tokenizer = WordPieceTokenizer(SMALL)
    assert (tokenizer.padding_id, tokenizer.unknown_id, tokenizer.start_id, tokenizer.separator_id) == (0, 1, 2, 3)
    assert (tokenizer.end_id, tokenizer.mask_id, tokenizer.stop_ids, tokenizer.special_ids) == (
        3,
        4,
        (3,),
        (0, 2, 3, 4),
    )
    assert tokenizer("the[MASK]playing [mask]").numpy().tolist() == [7, 4, 5, 6, 1, 1, 1]
    renamed = WordPieceTokenizer(["<pad>", *SMALL[1:]], padding_token="<pad>")
    assert renamed("<pad>").numpy().tolist() == [0]


def test_text_comes_back():
    tokenizer = WordPieceTokenizer(SMALL)
    for text, expected in {
        "Playing the!": "playing the!",
        "[CLS] the, a [MASK] [SEP] [PAD]": "the, a",
        "猫 狗。 a 猫": "猫狗。 a 猫",
        "dog": "[UNK]",
        "don't": "don ' t",  # as the reference, which looks at one token at a time
        "": "",
    }.items():
        assert tokenizer.detokenize(tokenizer(text)).numpy().decode() == expected
    assert tokenizer.detokenize([[6, 5], [8, 10]]).numpy().tolist() == [b"ing play", "猫猫".encode()]


def test_what_is_not_utf8_separates_nothing():
    assert WordPieceTokenizer(SMALL)(b"pl\xffay\xfe the").numpy().tolist() == [5, 7]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n", r"does not hold '\[MASK\]': add it"),
        ("\n".join([*SMALL, "a"]).encode(), "'a' occurs twice, as 17 and as 18"),
        (b"[PAD]\n\n[UNK]\n", "line 2: is empty"),
        (b"\x80\x04\x95[PAD]\n", "not UTF-8"),
    ],
)
def test_files_that_are_no_vocabulary(tmp_path, data, message):
    (tmp_path / "vocab.txt").write_bytes(data)
    with pytest.raises(UserError, match=message) as caught:
        WordPieceTokenizer.from_file(tmp_path / "vocab.txt")
    assert "\n" not in str(caught.value) and "vocab.txt" in str(caught.value)


def test_a_file_from_windows_and_a_saved_one(tmp_path):
    (tmp_path / "vocab.txt").write_bytes("\r\n".join(SMALL).encode())
    tokenizer = WordPieceTokenizer.from_file(tmp_path / "vocab.txt", lowercase=False, max_characters_per_word=4)
    assert tokenizer.vocabulary == SMALL
    tokenizer.save_assets(tmp_path)
    loaded = load_tokenizer(tmp_path)
    assert loaded.options == tokenizer.options and loaded("Play the aaaaa").numpy().tolist() == [1, 7, 1]


@pytest.mark.parametrize(
    "options",
    [{"lowercase": 1}, {"strip_accents": "no"}, {"max_characters_per_word": 0}, {"mask_token": None}],
    ids=lambda options: next(iter(options)),
)
def test_options_are_checked(options):
    with pytest.raises(ValueError, match=f"{next(iter(options))} must be"):
        WordPieceTokenizer(SMALL, **options)


def test_special_tokens_that_overlap():
    tokenizer = WordPieceTokenizer([*SMALL, "[M", "K]["], unknown_token="[M")
    assert tokenizer("[M[MASK][MASK").numpy().tolist() == [18, 4, 18, *tokenizer("ask").numpy()]
