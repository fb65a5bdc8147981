from langzoo.layers.plain.text.byte_pair_tokens import byte_alphabet
from langzoo.layers.text import ByteLevelBPETokenizer, ByteTokenizer, WordPieceTokenizer, WordTokenizer
from langzoo.zoo.visible_tokens import visible_tokens


def shown(tokenizer, text):
    return [tuple(group) for group in visible_tokens(tokenizer, tokenizer.tokenize(text).numpy())]


def test_the_bytes_of_a_character_are_one_word():
    assert shown(ByteTokenizer(), "é猫😀\n") == [("é", 2), ("猫", 3), ("😀", 4), ("\\n", 1)]


def test_bytes_that_are_no_text_stand_alone():
    tokenizer = ByteTokenizer()
    assert [tuple(group) for group in visible_tokens(tokenizer, [0xE7, 97, 0x8C, 0xE7, 0x8C])] == [
        ("<0xE7>", 1),
        ("a", 1),
        ("<0x8C>", 1),
        ("<0xE7>", 1),
        ("<0x8C>", 1),
    ]
    assert visible_tokens(tokenizer, []) == []


def test_names_of_each_kind():
    pieces = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "cat", "##s", "猫"])
    assert shown(pieces, "cats 猫 dog [MASK]") == [("cat", 1), ("##s", 1), ("猫", 1), ("[UNK]", 1), ("[MASK]", 1)]
    words = WordTokenizer(["<unk>", "<eos>", "the"])
    assert shown(words, "the cat\n") == [("the", 1), ("<unk>", 1), ("<eos>", 1)]
    from_bytes = ByteLevelBPETokenizer(["<|endoftext|>", *byte_alphabet(), "Ġa"], merges=["Ġ a"])
    assert shown(from_bytes, "a a ") == [("a", 1), ("a", 1), ("␣", 1)]
    assert shown(from_bytes, "a 猫") == [("a", 1), ("␣", 1), ("猫", 3)]
