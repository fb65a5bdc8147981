"""Every kind without TensorFlow against the layer of the same kind."""

import itertools
import random
import subprocess
import sys

import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.serving.text import PlainTokenizer, load_plain_tokenizer

from tests.serving.text.plain_cases import CASES, NASTY, texts

TEXTS = texts(2500)


def saved(layer, folder):
    layer.save_assets(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module", params=CASES)
def pair(request, tmp_path_factory):
    layer = CASES[request.param]()
    plain = load_plain_tokenizer(saved(layer, tmp_path_factory.mktemp("tokenizer")))
    assert isinstance(plain, PlainTokenizer) and plain.kind == layer.kind == request.param.split()[0]
    assert plain.vocabulary_size == layer.vocabulary_size
    return layer, plain


def detokenized(layer, rows):
    return layer.detokenize(tf.ragged.constant(rows, tf.int64, ragged_rank=1)).numpy().tolist()


def test_ids_and_text_are_those_of_the_layer(pair):
    layer, plain = pair
    expected = layer(TEXTS).to_list()
    found = [plain.encode_bytes(text) for text in TEXTS]
    assert [case for case in zip(TEXTS, found, expected, strict=True) if case[1] != case[2]] == []
    assert len({token_id for row in expected for token_id in row}) > 50
    assert [plain.encode(text) for text in NASTY] == [plain.encode_bytes(text.encode()) for text in NASTY]
    written = [plain.decode(ids) for ids in expected]
    differing = [
        case for case in zip(expected, written, detokenized(layer, expected), strict=True) if case[1] != case[2]
    ]
    assert differing == []


def test_any_ids_are_written_as_the_layer_writes_them(pair):
    layer, plain = pair
    source = random.Random(5)
    often = [*layer.special_ids, *layer.stop_ids, layer.unknown_id or 0, *layer(" a 猫。, (3 $5").numpy().tolist()]
    rows = [source.choices(often, k=source.randrange(8)) for _ in range(500)]
    rows += [source.choices(range(plain.vocabulary_size), k=source.randrange(15)) for _ in range(1000)]
    rows += [[token_id] for token_id in range(plain.vocabulary_size)]
    found = [plain.decode(row) for row in rows]
    assert [case for case in zip(rows, found, detokenized(layer, rows), strict=True) if case[1] != case[2]] == []


def test_ids_out_of_range_and_half_characters(pair):
    _, plain = pair
    for token_id in (-1, plain.vocabulary_size):
        with pytest.raises(ValueError, match=rf"ids must be in \[0, {plain.vocabulary_size}\), got {token_id}"):
            plain.decode([token_id])
    with pytest.raises(UserError, match="half a surrogate pair"):
        plain.encode("a\ud800")


def test_tensorflow_is_never_imported(tmp_path):
    for name, make in CASES.items():
        make().save_assets(tmp_path / name)
    program = (
        "import sys, pathlib\n"
        "from langzoo.serving.text import load_plain_tokenizer\n"
        "for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()):\n"
        "    tokenizer = load_plain_tokenizer({path.name: path.read_bytes() for path in folder.iterdir()})\n"
        "    assert tokenizer.decode(tokenizer.encode('THE a 猫 [MASK]<mask>3.5 <extra_id_0>ΑΣ'))\n"
        "print([name for name in ('tensorflow', 'keras', 'tensorflow_text', 'langzoo.zoo') if name in sys.modules])"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.stdout.strip(), run.returncode) == ("[]", 0), run.stderr


@pytest.mark.slow
def test_every_assigned_code_point():
    """In the middle of a word and alone; the words' vocabularies are all that the layer's own splitter finds."""
    from langzoo.layers.text import WordTokenizer, split_words
    from langzoo.layers.text.bert_words import BertWords
    from langzoo.layers.text.byte_level_words import ByteLevelWords
    from langzoo.serving.text.bert_word_splitter import BertWordSplitter
    from langzoo.serving.text.plain_byte_level_bpe_tokenizer import _words
    from langzoo.serving.text.plain_word_tokenizer import PlainWordTokenizer

    # All that are assigned, and one in 200 of the empty and private planes.
    ranges = (range(0xD800), range(0xE000, 0x33480), range(0x33480, 0x110000, 200))
    points = [chr(point) for some in ranges for point in some]
    lines = ["".join(f"a{c}b {c}3Σ{c} " for c in points[n : n + 4000]) for n in range(0, len(points), 4000)]

    def cut(words):
        text = "".join(map(chr, words.characters.numpy()))
        begins = [*tf.where(words.starts).numpy()[:, 0].tolist(), len(text)]
        return [text[begin:end] for begin, end in itertools.pairwise(begins)]

    gpt2 = ByteLevelWords(add_prefix_space=False)
    gpt2_words = _words()
    for line in lines:
        decoded = tf.strings.unicode_decode([line], "UTF-8")
        assert gpt2_words.findall(line) == cut(gpt2.cut(decoded))
    for flags in ((True, True, True), (False, False, False), (False, True, True), (True, False, True)):
        options = dict(zip(("lowercase", "strip_accents", "split_chinese"), flags, strict=True))
        theirs, ours = BertWords(**options), BertWordSplitter(**options)
        for line in lines:
            assert ours.split(line) == cut(theirs.cut(tf.strings.unicode_decode([line], "UTF-8")))
    for options in ({"split": "whitespace", "lowercase": True}, {"split": "punctuation", "lowercase": True}):
        ours = PlainWordTokenizer(["<unk>", "<eos>"], **options)
        found = split_words(lines, **options)
        for line, row in zip(lines, found.to_list(), strict=True):
            assert ours._split(line) == [word.decode() for word in row]
        distinct = dict.fromkeys(["<unk>", "<eos>", *(word.decode() for word in set(found.flat_values.numpy()))])
        theirs, ours = WordTokenizer(distinct, **options), PlainWordTokenizer(distinct, **options)
        ids = [token_id for token_id in range(len(distinct)) for token_id in (2, token_id, 3)]
        assert ours.decode(ids) == theirs.detokenize(ids).numpy()


def test_places_are_those_of_the_layer(pair):
    """Of the whole text, and every character that is no white space stands in some token."""
    layer, plain = pair
    for texts_ in (TEXTS[:600], TEXTS[-200:]):
        valid = [text for text in texts_ if text.decode("utf-8", "replace").encode() == text]
        found = layer.offsets(valid)
        rows = zip(*(found[name].to_list() for name in ("token_ids", "starts", "limits")), strict=True)
        expected = [list(zip(*row, strict=True)) for row in rows]
        places = [plain.offsets(text) for text in valid]
        assert [case for case in zip(valid, places, expected, strict=True) if case[1] != case[2]] == []
        assert [[token_id for token_id, _, _ in row] for row in places] == layer(valid).to_list()
        for text, row in zip(valid, places, strict=True):
            assert all(0 <= start <= limit <= len(text.decode()) for _, start, limit in row)
