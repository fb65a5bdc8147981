"""Added tokens of every kind of tokenizer against the `tokenizers` library."""

import itertools
import random

import pytest
import tensorflow as tf
import tokenizers
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.text.added_token import AddedToken, read_added_tokens
from langzoo.layers.text import ByteLevelBPETokenizer, WordPieceTokenizer, load_tokenizer
from langzoo.serving.text import load_plain_tokenizer
from langzoo.trainers.vocabularies import byte_pair_vocabulary, word_piece_vocabulary

from tests.layers.text.noisy_text import noisy_lines

END = "<|endoftext|>"
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ADDED = [
    AddedToken("<|im_start|>", special=True),
    AddedToken("<|im_end|>", special=True, rstrip=True),
    AddedToken("<left>", lstrip=True),
    AddedToken("<both>", lstrip=True, rstrip=True, special=True),
    AddedToken("covid19x", normalized=True),
    AddedToken("GPT4turbo", normalized=True),
    AddedToken("Étéx", normalized=True),
    AddedToken("aa"),
    AddedToken("aab"),
    AddedToken("猫咪", normalized=True),
    AddedToken("  "),
    AddedToken("[a.c]+"),
]
PIECES = [token.content for token in ADDED]
PIECES += [content.swapcase() for content in PIECES] + [
    *"aab<[ ",
    " ",
    "  ",
    "\n",
    "\u3000",
    "猫",
    "ete\u0301x",
    "COVID",
]


def lines():
    source = random.Random(0)
    found = ["".join(source.choices(PIECES, k=source.randrange(1, 12))) for _ in range(1500)]
    return [*found, *noisy_lines(200, extra=PIECES), "", " ", "a" * 101]


def with_added(backend):
    for token in ADDED:
        flags = {name: getattr(token, name) for name in ("lstrip", "rstrip", "normalized", "special")}
        backend.add_tokens([tokenizers.AddedToken(token.content, **flags)])
    return backend


OPTIONS = [token.to_option() for token in ADDED]


def word_piece(**options):
    text = noisy_lines(300)
    vocabulary = word_piece_vocabulary(text, size=600, lowercase=options.get("lowercase", True), min_frequency=1)
    vocabulary = [token for token in vocabulary if token not in PIECES]
    ids = {token: index for index, token in enumerate(vocabulary)}
    reference = tokenizers.BertWordPieceTokenizer(
        ids, lowercase=options.get("lowercase", True), strip_accents=options.get("strip_accents")
    )
    return WordPieceTokenizer([*vocabulary, *PIECES[: len(ADDED)]], added_tokens=OPTIONS, **options), reference


def byte_level(**options):
    vocabulary, merges = byte_pair_vocabulary(noisy_lines(300), size=600)
    ids = {token: index for index, token in enumerate(vocabulary)}
    pairs = [tuple(merge.split(" ")) for merge in merges]
    reference = tokenizers.ByteLevelBPETokenizer(ids, pairs, add_prefix_space=options.get("add_prefix_space", False))
    reference.add_special_tokens([END])
    vocabulary = [*vocabulary, *PIECES[: len(ADDED)]]
    return ByteLevelBPETokenizer(vocabulary, merges=merges, added_tokens=OPTIONS, **options), reference


CASES = {
    "uncased": lambda: word_piece(),
    "cased": lambda: word_piece(lowercase=False),
    "accents": lambda: word_piece(strip_accents=False),
    "byte level": lambda: byte_level(),
    "byte level with spaces": lambda: byte_level(add_prefix_space=True),
}


@pytest.mark.parametrize("case", CASES)
def test_ids_and_offsets_of_the_reference(case, tmp_path):
    ours, reference = CASES[case]()
    with_added(reference)
    text = lines()
    encodings = reference.encode_batch(text, add_special_tokens=False)
    expected = [encoding.ids for encoding in encodings]
    found = ours(text).to_list()
    assert [case for case in zip(text, found, expected, strict=True) if case[1] != case[2]] == []
    assert {index + ours.vocabulary_size - len(ADDED) for index in range(len(ADDED))} <= set(itertools.chain(*found))
    assert tf.function(ours.tokenize)(tf.constant(text)).to_list() == found  # in a graph, too
    places = {name: rows.to_list() for name, rows in ours.offsets(text).items()}
    assert places["token_ids"] == found
    theirs = [[list(place) for place in encoding.offsets] for encoding in encodings]
    # White space that two tokens take up is theirs both in the reference.
    twice = ours.vocabulary.index("  ")
    rows = zip(text, places["starts"], places["limits"], theirs, found, strict=True)
    rows = [row for row in rows if twice not in row[4]]
    assert [row for row in rows if [list(place) for place in zip(*row[1:3], strict=True)] != row[3]] == []
    assert len(rows) > 500
    # Saved, loaded, and without TensorFlow.
    ours.save_assets(tmp_path)
    assert load_tokenizer(tmp_path).options == ours.options
    plain = load_plain_tokenizer({path.name: path.read_bytes() for path in tmp_path.iterdir()})
    assert [plain.encode(line) for line in text] == expected
    assert [plain.decode(ids) for ids in found] == ours.detokenize(ours(text)).numpy().tolist()


def test_special_ones_carry_no_text():
    ours, _ = byte_level()
    ids = {token.content: ours.vocabulary.index(token.content) for token in ADDED}
    assert set(ours.special_ids) == {ours.end_id, ids["<|im_start|>"], ids["<|im_end|>"], ids["<both>"]}
    assert ours.detokenize(ours("a<|im_start|>é猫咪<left>")).numpy().decode() == "aé猫咪<left>"


def test_what_added_tokens_say_of_a_role_counts():
    vocabulary, merges = byte_pair_vocabulary(["a"], size=257)
    vocabulary = [*vocabulary, "<mask>"]
    for flags, expected in ({"lstrip": True}, 2), ({}, 3):
        added = [{"content": "<mask>", "special": True, **flags}]
        ours = ByteLevelBPETokenizer(vocabulary, merges=merges, mask_token="<mask>", added_tokens=added)
        assert len(ours("a <mask>").numpy()) == expected


@pytest.mark.parametrize(
    "values, message",
    [
        ("ab", "must be a list of at most 10,000 tokens, got 'ab'"),
        ([{"content": "a"}] * 10_001, "must be a list of at most"),
        ([{"lstrip": True}], "must be objects with a content"),
        ([{"content": "a", "single_word": True}], "must be objects with a content"),
        ([{"content": "a", "lstrip": 1}], "lstrip must be True or False, got 1"),
        ([{"content": "a"}, {"content": "a"}], "must be different, got 'a' twice"),
    ],
)
def test_options_that_are_none(values, message):
    with pytest.raises(ValueError, match=message):
        read_added_tokens(values)


@pytest.mark.parametrize(
    "token, message",
    [
        ({"content": ""}, "text without zero bytes"),
        ({"content": "\0"}, "text without zero bytes"),
        ({"content": "a\nb"}, "holds a line end"),
        ({"content": " ", "normalized": True}, "is white space and normalized"),
        ({"content": "\u200b", "normalized": True}, "nothing is left of the added token"),
        ({"content": "a" * 300_000}, "200,000 characters at most"),
        ({"content": "unheard of"}, "does not hold 'unheard of'"),
    ],
)
def test_tokens_that_no_text_can_hold(token, message):
    vocabulary = [*SPECIAL, "a"] + ([token["content"]] if token["content"] not in ("", "unheard of") else [])
    with pytest.raises(UserError, match=message):
        WordPieceTokenizer(vocabulary, added_tokens=[token])


def test_a_thousand_tokens_in_a_long_text():
    vocabulary, merges = byte_pair_vocabulary(["a"], size=257)
    added = [{"content": f"<|reserved_{number}|>"} for number in range(1000)] + [{"content": " " * 24}]
    names = [token["content"] for token in added]
    ours = ByteLevelBPETokenizer([*vocabulary, *names], merges=merges, added_tokens=added)
    text = "".join(names) + "<" * 100_000 + " " * 100_000
    ids = ours(text).numpy()
    assert ids[:1001].tolist() == list(range(257, 1258))
    assert (len(ids), ids[-17:].tolist()) == (1001 + 100_000 + 4166 + 16, [1257] + [ids[-1]] * 16)
