import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import CharacterTokenizer

SPECIALS = ["<unk>", "<eos>"]


def test_known_characters_come_back_exactly():
    # White space of all kinds, NUL, a byte order mark, a combining mark, a joiner, and both ends of Unicode.
    text = "\0\t\n\r \x85\xa0\u2028\u3000\ufeffe\u0301é猫𠮷👨\u200d👩\ufffd\uffff\U0010ffff<>unk"
    tokenizer = CharacterTokenizer(SPECIALS + sorted(set(text)))
    texts = [text, text[::-1], "\ufeff", "", "<unk>"]
    token_ids = tokenizer(texts)
    assert [len(row) for row in token_ids.to_list()] == [len(text) for text in texts]
    assert 0 not in token_ids[0].numpy() and [t.decode() for t in tokenizer.detokenize(token_ids).numpy()] == texts


def test_the_unknown_and_the_end():
    tokenizer = CharacterTokenizer([*SPECIALS, "a", "\n"])
    assert (tokenizer.unknown_id, tokenizer.end_id, tokenizer.stop_ids) == (0, 1, (1,))
    assert tokenizer("ab猫\n").numpy().tolist() == [2, 0, 0, 3]
    assert tokenizer.detokenize([2, 0, 1, 3, 1]).numpy().decode() == "a\ufffd\n"
    assert tokenizer.tokens == ["<unk>", "<eos>", "a", "\\n"] and tokenizer.token_to_id("\n") == 3


def test_bytes_that_are_no_text():
    tokenizer = CharacterTokenizer([*SPECIALS, "a", "\ufffd"])
    assert tokenizer(b"a\xffa\xe4\xb8").numpy().tolist() == [2, 3, 2, 3]


def test_without_any_character():
    assert CharacterTokenizer(SPECIALS)("a猫").numpy().tolist() == [0, 0]


@pytest.mark.parametrize(
    ("vocabulary", "message"),
    [
        (["a", "b"], "must begin with <unk> and <eos>"),
        (["<eos>", "<unk>"], "must begin with <unk> and <eos>"),
        (["<unk>"], "must begin with <unk> and <eos>"),
        ([*SPECIALS, "ab"], "single characters, not 'ab'"),
        ([*SPECIALS, "e\u0301"], "single characters"),
        ([*SPECIALS, "a", "a"], "'a' occurs twice"),
    ],
)
def test_what_is_no_character_vocabulary(vocabulary, message):
    with pytest.raises(UserError, match=message):
        CharacterTokenizer(vocabulary)
