import sys

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import CharacterTokenizer
from langzoo.trainers.vocabularies import character_vocabulary


def test_order():
    lines = ["猫猫b\n", "ab\n", "\n"]
    assert character_vocabulary(lines) == ["<unk>", "<eos>", "\n", "b", "猫", "a"]
    assert character_vocabulary(lines, size=4) == ["<unk>", "<eos>", "\n", "b"]


@pytest.mark.ci
def test_python_and_the_graph_mean_the_same_by_a_character():
    text = "".join(chr(point) for point in range(sys.maxunicode + 1) if not 0xD800 <= point <= 0xDFFF)
    tokenizer = CharacterTokenizer(character_vocabulary([text]))
    assert tokenizer(text).numpy().tolist() == list(range(2, len(text) + 2))


def test_what_cannot_be_trained():
    with pytest.raises(UserError, match="is empty"):
        character_vocabulary([""])
    with pytest.raises(UserError, match="half a surrogate pair"):
        character_vocabulary(["a\udc80"])
    with pytest.raises(ValueError, match=r"size must be at least 2.*got 0"):
        character_vocabulary(["a"], size=0)
    with pytest.raises(ValueError, match="not one string"):
        character_vocabulary("a")
