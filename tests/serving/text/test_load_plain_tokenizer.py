"""Files from outside that are no tokenizer."""

import json

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.plain.text.byte_pair_tokens import byte_alphabet
from langzoo.layers.plain.text.sentence_piece_model import CONTROL, NORMAL, UNIGRAM, UNKNOWN, build_model
from langzoo.layers.text import ByteLevelBPETokenizer, load_tokenizer
from langzoo.serving.text import load_plain_tokenizer

PIECES = [("<unk>", 0.0, UNKNOWN), ("</s>", 0.0, CONTROL), ("a", -1.0, NORMAL)]


def files(kind="word", options=None, size=None, **others):
    description = {"format": 1, "kind": kind, "options": options or {}}
    if size is not None:
        description["vocabulary_size"] = size
    found = {"tokenizer.json": json.dumps(description).encode()}
    if kind == "word":
        found["vocabulary.txt"] = b"<unk>\n<eos>\ncat\n"
    return {**found, **{name.replace("_", "."): data for name, data in others.items()}}


def test_what_is_there_is_read():
    assert load_plain_tokenizer(files(size=3)).encode("cat\n") == [2, 1]
    assert load_plain_tokenizer(files(vocabulary_txt=b"<unk>\r\n<eos>\r\ndog")).encode("dog") == [2]
    quoted = b'"<unk>"\n"<eos>"\n"\\n"\n"\\u2028"\n'
    assert load_plain_tokenizer(files("character", vocabulary_txt=quoted)).encode("\u2028\na") == [3, 2, 0]


def test_options_of_every_sort_are_those_of_the_layer(tmp_path):
    tokens = [*byte_alphabet(), "Ġt", "he", "Ġthe", "<|endoftext|>", "<m>"]
    layer = ByteLevelBPETokenizer(tokens, merges=["Ġ t", "h e", "Ġt he"], add_prefix_space=True, mask_token="<m>")
    layer.save_assets(tmp_path)
    plain = load_plain_tokenizer({path.name: path.read_bytes() for path in tmp_path.iterdir()})
    for text in ("the \n <m> the", "<m><m>the", "\nthe", "  <|endoftext|> <m>"):
        assert plain.encode(text) == load_tokenizer(tmp_path)(text).numpy().tolist()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, r"tokenizer\.json is missing"),
        ({"tokenizer.json": b""}, r"tokenizer\.json is empty"),
        ({"tokenizer.json": b"{"}, "is not JSON"),
        ({"tokenizer.json": b"\xff\xfe"}, "is not JSON"),
        ({"tokenizer.json": b"[" * 200_000}, "is not JSON"),
        ({"tokenizer.json": b"[]"}, "must hold a JSON object"),
        ({"tokenizer.json": b" " * 2**20 + b"{}"}, "larger than 1,048,576 bytes"),
        ({"tokenizer.json": b'{"format": 2, "kind": "byte"}'}, "has format 2, this version reads format 1"),
        ({"tokenizer.json": b'{"format": 1, "kind": ["byte"]}'}, 'names no "kind"'),
        ({"tokenizer.json": b'{"format": 1, "kind": "byte", "options": []}'}, '"options" must be a JSON object'),
        (files("wordpeace"), "unknown tokenizer kind 'wordpeace'.*wordpiece"),
        (files("../etc/passwd\n"), "unknown tokenizer kind"),
        (files("byte", {"lowercase": True}), "'lowercase' is no option of a byte tokenizer"),
        (files(options={"vocabulary": ["a"]}), "'vocabulary' is no option of a word tokenizer"),
        (files(options={"self": 1}), "'self' is no option of a word tokenizer"),
        (files(options={"lowercase": 1}), "lowercase must be True or False"),
        (files(options={"split": ["punctuation"]}), "split must be one of"),
        (files(size=4), r"holds 3 tokens where tokenizer\.json says 4"),
        (files(vocabulary_txt=b""), r"vocabulary\.txt is empty"),
        (files(vocabulary_txt=b"\xff\n"), "not UTF-8"),
        (files(vocabulary_txt=b"<unk>\n\n<eos>\n"), "line 2: is empty"),
        (files(vocabulary_txt=b"<unk>\n<eos>\na\na\n"), "occurs twice"),
        (files(vocabulary_txt=b"<unk>\na\n"), "does not hold <eos>"),
        (files(vocabulary_txt=b"<unk>\n<eos>\na b\n"), "white space"),
        (files("character"), r"vocabulary\.txt is missing"),
        (files("character", vocabulary_txt=b"<unk>\n"), "is not a JSON string"),
        (files("character", vocabulary_txt=b'"<unk>"\n"a"\n'), "must begin with <unk> and <eos>"),
        (files("character", vocabulary_txt=b'"<unk>"\n"<eos>"\n"ab"\n'), "single characters"),
        (files("wordpiece", vocabulary_txt=b"[PAD]\n[UNK]\n"), r"does not hold '\[CLS\]'"),
        (files("wordpiece", {"max_characters_per_word": 0}, vocabulary_txt=b"a\n"), "an integer of at least 1"),
        (files("wordpiece", {"mask_token": None}, vocabulary_txt=b"a\n"), "mask_token must be a string"),
        (
            files("wordpiece", {f"{name}_token": "[" for name in ("start", "separator")}, vocabulary_txt=b"[\n[UNK]\n"),
            r"does not hold '\[MASK\]'",
        ),
        (files("bpe", vocabulary_txt=b"a\n"), r"merges\.txt is missing"),
        (files("bpe", vocabulary_txt=b"<|endoftext|>\nab\n", merges_txt=b"a b\n"), "does not contain a single byte"),
        (
            files("bpe", vocabulary_txt="\n".join([*byte_alphabet(), "<|endoftext|>"]).encode(), merges_txt=b"a b c"),
            "merge 1, 'a b c', must be two tokens",
        ),
        (
            files("bpe", vocabulary_txt="\n".join([*byte_alphabet(), "<|endoftext|>"]).encode(), merges_txt=b"a b"),
            "does not hold 'ab'",
        ),
        (files("sentencepiece"), r"tokenizer\.model is missing"),
        (files("sentencepiece", tokenizer_model=b"\x80\x04K\x01."), "not a SentencePiece model"),
        (files("sentencepiece", tokenizer_model=bytes(2**26 + 1)), "larger than 67,108,864 bytes"),
        (files("sentencepiece", {"extra_ids": -1}, tokenizer_model=b"a"), "extra_ids must be a number from 0"),
        (
            files("sentencepiece", {"start": "begin"}, tokenizer_model=build_model(PIECES, model_type=UNIGRAM)),
            "no begin token",
        ),
        (
            files("sentencepiece", tokenizer_model=build_model(PIECES, model_type=UNIGRAM, byte_fallback=True)),
            "not a usable SentencePiece model",
        ),
        (files("llama2c", tokenizer_bin=b"a text file\n" * 99), r"not a tokenizer of llama2\.c"),
        (files("llama2c", {"start": "end"}, tokenizer_bin=b"a"), "'start' is no option of a llama2c tokenizer"),
    ],
)
def test_what_is_none_is_refused_in_one_line(given, message):
    with pytest.raises(UserError, match=message) as caught:
        load_plain_tokenizer(given)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400
