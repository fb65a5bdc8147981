"""What new tokens write after a text, of every kind of tokenizer, in a graph and without TensorFlow."""

import random

import pytest
import tensorflow as tf
from langzoo.layers.text import ByteTokenizer, CharacterTokenizer, WordPieceTokenizer, WordTokenizer
from langzoo.layers.text.continuation import continuation, valid_utf8
from langzoo.serving.text import load_plain_tokenizer

from tests.serving.text.plain_cases import CASES, texts

WORDS = ["<unk>", "<eos>", "Once", "upon", "a", "time", ",", "(", ")", "猫", "坐", "3"]
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "once", "upon", "a", "time", "##s", ",", "猫", "坐"]
TEXTS = [text for text in texts(700) if len(text) < 400]


def ragged(rows):
    return tf.ragged.constant(rows, tf.int32, ragged_rank=1)


def continued(layer, prompts, ids, new):
    found = continuation(layer, tf.constant(prompts), ragged(ids), ragged(new)).numpy()
    return [text.decode("utf-8") for text in found]


def ends_with_space(text):
    return text[-1:].isspace() or text[-1:] == "\0"


@pytest.mark.parametrize("kind", CASES)
def test_prompt_and_text_are_the_text_of_all_tokens(kind, tmp_path):
    layer = CASES[kind]()
    layer.save_assets(tmp_path)
    plain = load_plain_tokenizer({path.name: path.read_bytes() for path in tmp_path.iterdir()})
    source = random.Random(1)
    often = [*layer.stop_ids, *layer(" a 猫。, (3 $5").numpy().tolist()]
    ids = [[layer.start_id, *row] for row in layer(TEXTS).to_list()]
    new = [source.choices(often, k=source.randrange(4)) for _ in TEXTS]
    new = [row + source.choices(range(layer.vocabulary_size), k=source.randrange(4)) for row in new]
    found = continued(layer, TEXTS, ids, new)
    assert [plain.continuation(*row) for row in zip(TEXTS, ids, new, strict=True)] == found
    before = [text.decode(errors="replace") for text in layer.detokenize(ragged(ids)).numpy()]
    whole = layer.detokenize(ragged([a + b for a, b in zip(ids, new, strict=True)])).numpy()
    exact = 0
    for prompt, text, known, both in zip(TEXTS, found, before, whole, strict=True):
        valid = prompt.decode(errors="ignore").encode() == prompt  # or a character may be in two halves
        dropped = layer.joins_words and ends_with_space(prompt.decode(errors="replace")) and not ends_with_space(known)
        if valid:
            follows = both.decode(errors="replace").removeprefix(known)
            assert text == (follows.removeprefix(" ") if dropped else follows)
            exact += known.lstrip("\n") == prompt.decode().lstrip("\n")
    assert exact > 5  # of these, prompt and text together are the text of all tokens


@pytest.mark.parametrize(
    ("layer", "prompt", "new", "expected"),
    [
        (WordTokenizer(WORDS), "Once upon", "a time", " a time"),
        (WordTokenizer(WORDS), "Once upon ", "a time", "a time"),
        (WordTokenizer(WORDS), "Once upon\u3000", "a time", "a time"),
        (WordTokenizer(WORDS), "Once upon", ", a", " , a"),
        (WordTokenizer(WORDS), "Once upon\n", "a", "a"),
        (WordTokenizer(WORDS), "", "a time", "a time"),
        (WordTokenizer(WORDS), " ", "a time", "a time"),
        (WordTokenizer(WORDS), "Once", "", ""),
        (WordTokenizer(WORDS, split="punctuation"), "Once upon", ", a", ", a"),
        (WordTokenizer(WORDS, split="punctuation"), "Once (", "a )", "a)"),
        (WordTokenizer(WORDS, split="punctuation"), "一只猫", "坐 3", "坐3"),
        (WordTokenizer(WORDS, split="punctuation"), "unknown", "a", " a"),
        (WordPieceTokenizer(PIECES), "ONCE", "upon a", " upon a"),
        (WordPieceTokenizer(PIECES), "once upon a time", "##s", "s"),
        (WordPieceTokenizer(PIECES), "once\t", "upon", "upon"),
        (WordPieceTokenizer(PIECES), "猫", "坐", "坐"),
        (CharacterTokenizer(["<unk>", "<eos>", *"ab "]), "a\u3000", " b", " b"),  # the white space has a token: <unk>
        (ByteTokenizer(), "a ", " b", " b"),
    ],
)
def test_by_hand(layer, prompt, new, expected):
    ids = [layer.token_to_id(token) for token in new.split()] if layer.joins_words else layer(new).numpy().tolist()
    assert continued(layer, [prompt], [layer(prompt).numpy().tolist()], [ids]) == [expected]


def test_a_character_that_the_prompt_began():
    """The prompt stays as it is; what follows is not UTF-8 by itself."""
    layer = ByteTokenizer()
    assert continued(layer, [b"\xe7\x8c"], [[0xE7, 0x8C]], [[0xAB, 97, 0xE7]]) == ["\ufffda\ufffd"]


def test_bytes_that_are_no_utf_8_are_replaced_as_python_does_it():
    source = random.Random(2)
    edges = [0, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBB, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0]
    edges += [0xF1, 0xF4, 0xF5, 0xFE, 0xFF]
    strings = [bytes(source.choices(edges, k=source.randrange(10))) for _ in range(30_000)]
    strings += [source.randbytes(source.randrange(20)) for _ in range(5_000)]
    strings += ["a猫🙂é\ufeff\uffff\U0010ffff".encode()[:n] for n in range(20)] + [b"\xef\xbb\xbfa"]
    found = valid_utf8(tf.constant(strings)).numpy()
    assert [text.decode("utf-8") for text in found] == [text.decode(errors="replace") for text in strings]
