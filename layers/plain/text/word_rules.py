"""The definition of a word of a tagged text. Needs no TensorFlow."""

from collections.abc import Mapping

WORD_RULES: Mapping[str, Mapping[str, bool]] = {
    "punctuation": {"split_chinese": True, "split_punctuation": True, "split_all": False},
    "white_space": {"split_chinese": False, "split_punctuation": False, "split_all": False},
    "character": {"split_chinese": True, "split_punctuation": True, "split_all": True},
}
"""Rule -> what else is a word, in addition to what white space separates: with "punctuation" every sign and every
Chinese character, with "character" every character, as in Chinese sets of named entities. Control characters are not
part of a word; case and accents are kept."""
