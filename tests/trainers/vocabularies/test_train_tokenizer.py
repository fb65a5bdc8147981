import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer, CharacterTokenizer, WordTokenizer
from langzoo.trainers.vocabularies import TOKENIZER_TRAINERS, register_tokenizer_trainer, train_tokenizer


def test_kinds():
    words = train_tokenizer("word", ["The cat, the dog"], size=4, lowercase=True, split="punctuation")
    assert isinstance(words, WordTokenizer) and words.tokens == ["<unk>", "<eos>", "the", ","]
    assert words("The,").numpy().tolist() == [2, 3]
    for name in ("character", "char"):
        characters = train_tokenizer(name, ["aab"], size=3)
        assert isinstance(characters, CharacterTokenizer) and characters.vocabulary == ["<unk>", "<eos>", "a"]
    assert isinstance(train_tokenizer("byte", []), ByteTokenizer)
    assert isinstance(train_tokenizer("byte", [], size=257), ByteTokenizer)


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("wrod", {}, r"unknown tokenizer kind 'wrod'.*byte, .*char, character, .*word"),
        ("byte", {"size": 300}, "always 257, not 300"),
        ("byte", {"lowercase": True}, "'lowercase' is no option of a byte tokenizer; its options: none"),
        ("word", {"casing": True}, "'casing' is no option.*min_frequency, lowercase, split"),
        ("word", {"split": "x"}, "split must be one of"),
        ("word", {"size": 1}, "size must be at least 2"),
        ("char", {"size": 1}, "size must be at least 2"),
    ],
)
def test_mistakes_are_one_line(kind, options, message):
    with pytest.raises(UserError, match=message) as caught:
        train_tokenizer(kind, ["some text"], **options)
    assert "\n" not in str(caught.value)


def test_a_trainer_from_outside():
    @register_tokenizer_trainer("fixed", "constant")
    def train(lines, *, size=None, word="x"):
        return WordTokenizer(["<unk>", "<eos>", word])

    try:
        assert train_tokenizer("constant", [], word="hey").tokens[2] == "hey"
        with pytest.raises(ValueError, match="'fixed' already belongs to"):
            register_tokenizer_trainer("fixed")(train)
    finally:
        del TOKENIZER_TRAINERS["fixed"], TOKENIZER_TRAINERS["constant"]
