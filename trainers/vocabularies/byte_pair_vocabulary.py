"""A byte-level BPE vocabulary from text."""

import json
from collections.abc import Iterable, Iterator

from ...layers.plain.errors import UserError

END_TOKEN = "<|endoftext|>"
DEFAULT_SIZE = 50_257
LONGEST_WORD = 256
_MIN_SIZE = 257
# GPT-2's pattern of words, as in the library.
_WORD = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"


def byte_pair_vocabulary(
    lines: Iterable[str], *, size: int | None = None, min_frequency: int = 2
) -> tuple[list[str], list[str]]:
    """Learns byte merges for `ByteLevelBPETokenizer` with the trainer of Hugging Face's `tokenizers`.

    The most frequent pair of adjacent tokens in words becomes one token, until there are `size` tokens.
    The same text and options always give the same vocabulary. The text is read once; memory grows with the number of
    distinct words only. Each merge goes through the words that contain its pair, so words of more than 256
    characters (Chinese without punctuation, base64) are split into stretches of 256.

    Args:
        lines: pieces of text; words do not extend from one to the next.
        size: maximum vocabulary size, including the 256 bytes and `<|endoftext|>`; None: 50,257, as in GPT-2.
        min_frequency: minimum frequency of a pair.

    Returns:
        The tokens, in the order of their ids: bytes, merged tokens, `<|endoftext|>`; and the merges in the order in
        which they were learned.

    Raises:
        UserError: the text is empty, or contains half a surrogate pair.
        ValueError: `size` below 257 or `min_frequency` below 1.

    Example:
        >>> vocabulary, merges = byte_pair_vocabulary(["low low lower"], size=260)
        >>> vocabulary[256:], merges
        (['lo', 'low', 'Ġlow', '<|endoftext|>'], ['l o', 'lo w', 'Ġ low'])
    """
    import tokenizers

    if isinstance(lines, str | bytes):
        raise ValueError("lines must be an iterable of strings, not one string")
    size = DEFAULT_SIZE if size is None else size
    if size < _MIN_SIZE:
        raise ValueError(f"size must be at least {_MIN_SIZE}, for the bytes and {END_TOKEN}, got {size}")
    if min_frequency < 1:
        raise ValueError(f"min_frequency must be at least 1, got {min_frequency}")
    model = tokenizers.Tokenizer(tokenizers.models.BPE())
    before = tokenizers.pre_tokenizers
    byte_level = before.ByteLevel(add_prefix_space=False, use_regex=False)
    words, stretches = (
        before.Split(tokenizers.Regex(pattern), behavior="isolated")
        for pattern in (_WORD, rf"(?m).{{1,{LONGEST_WORD}}}")
    )
    model.pre_tokenizer = before.Sequence([words, stretches, byte_level])  # pyright: ignore[reportAttributeAccessIssue]
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=size - 1,
        min_frequency=min_frequency,
        initial_alphabet=byte_level.alphabet(),
        show_progress=False,
    )
    model.train_from_iterator(_checked(lines), trainer)
    learned = json.loads(model.to_str())["model"]
    tokens = sorted(learned["vocab"], key=learned["vocab"].__getitem__)
    merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in learned["merges"]]
    return [*tokens, END_TOKEN], merges


def _checked(lines: Iterable[str]) -> Iterator[str]:
    empty = True
    for line in lines:
        try:
            line.encode()
        except UnicodeEncodeError:
            raise UserError("text holds half a surrogate pair, which is not Unicode: remove it") from None
        empty = empty and not line
        yield line
    if empty:
        raise UserError("the text to train the vocabulary on is empty: give text with words in it")
