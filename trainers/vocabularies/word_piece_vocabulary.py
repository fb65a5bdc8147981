"""A WordPiece vocabulary from text."""

import tempfile
from collections.abc import Iterable

import numpy as np

from ...layers.plain.errors import UserError
from ...layers.plain.text.unicode_classes import PUNCTUATION, WHITE_SPACE, members

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
DEFAULT_SIZE = 30_522
LONGEST_WORD = 100
_MIN_SIZE = 16


def word_piece_vocabulary(
    lines: Iterable[str], *, size: int | None = None, min_frequency: int = 2, lowercase: bool = False
) -> list[str]:
    """Learns pieces of words for `WordPieceTokenizer` with the trainer of Hugging Face's `tokenizers`.

    The most frequent pairs of adjacent pieces become one piece, until there are `size` pieces. The same text
    and options always give the same vocabulary. The text is read once; it is kept on disk, and memory grows with the
    number of distinct words only. Words of more than 100 characters, which the tokenizer treats as unknown, are
    skipped except for their characters.

    Args:
        lines: pieces of text; words do not extend from one to the next.
        size: maximum vocabulary size, including special tokens and characters; None: 30,522, as in BERT. At most half
            as many characters are kept, the most frequent; words with other characters are unknown.
        min_frequency: minimum frequency of a pair.
        lowercase: convert to lower case and remove accents, as `WordPieceTokenizer(lowercase=True)`.

    Returns:
        `[PAD]`, `[UNK]`, `[CLS]`, `[SEP]`, `[MASK]`, the characters inside words (`##a`), the characters, and then the
        longer pieces in the order in which they were learned.

    Raises:
        UserError: the text is empty, or contains half a surrogate pair.
        ValueError: `size` below 16 or `min_frequency` below 1.

    Example:
        >>> word_piece_vocabulary(["low low lower"], size=20)[5:]
        ['##e', '##o', '##r', '##w', 'e', 'l', 'o', 'r', 'w', '##ow', 'low']
    """
    import tokenizers

    if isinstance(lines, str | bytes):
        raise ValueError("lines must be an iterable of strings, not one string")
    size = DEFAULT_SIZE if size is None else size
    if size < _MIN_SIZE:
        raise ValueError(f"size must be at least {_MIN_SIZE}, got {size}")
    if min_frequency < 1:
        raise ValueError(f"min_frequency must be at least 1, got {min_frequency}")
    normalizer = tokenizers.normalizers.BertNormalizer(lowercase=lowercase)
    counts = _CharacterCounts()
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n") as cleaned:
        for line in lines:
            try:
                text = normalizer.normalize_str(line)
            except UnicodeEncodeError:
                raise UserError("text holds half a surrogate pair, which is not Unicode: remove it") from None
            counts.update(text)
            cleaned.write(text + "\n")  # the clean text has no line ends
        alphabet, inner = counts.most_frequent((size - len(SPECIAL_TOKENS)) // 2)
        if not alphabet:
            raise UserError("the text to train the vocabulary on is empty: give text with words in it")
        trainer = tokenizers.trainers.WordPieceTrainer(
            vocab_size=size,
            min_frequency=min_frequency,
            # The trainer numbers characters inside words in an order of its own at each run, and breaks ties by these
            # numbers; as special tokens they are numbered before.
            special_tokens=[*SPECIAL_TOKENS, *(f"##{character}" for character in inner)],
            initial_alphabet=alphabet,
            limit_alphabet=len(alphabet),
            show_progress=False,
        )
        model = tokenizers.Tokenizer(tokenizers.models.WordPiece(unk_token="[UNK]"))
        before = tokenizers.pre_tokenizers
        too_long = tokenizers.Regex(rf"(?m)\A.{{{LONGEST_WORD + 1},}}\z")
        model.pre_tokenizer = before.Sequence(  # pyright: ignore[reportAttributeAccessIssue]
            [before.BertPreTokenizer(), before.Split(too_long, behavior="removed")]
        )
        cleaned.seek(0)
        model.train_from_iterator(cleaned, trainer)
    ids = model.get_vocab()
    return sorted(ids, key=ids.__getitem__)


class _CharacterCounts:
    """How often each character occurs in clean text, in total and inside words."""

    def __init__(self):
        self._stands_alone = members(PUNCTUATION) | members(WHITE_SPACE)
        self._counts = np.zeros(len(self._stands_alone), np.int64)
        self._inner = np.zeros(len(self._stands_alone), bool)
        self._is_space = members(WHITE_SPACE)

    def update(self, text: str) -> None:
        points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
        points, times = np.unique(points, return_counts=True) if len(points) else (points, points)
        self._counts[points] += times
        points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
        in_word = ~self._stands_alone[points]
        self._inner[points[1:][in_word[1:] & in_word[:-1]]] = True

    def most_frequent(self, size: int) -> tuple[list[str], list[str]]:
        counts = np.where(self._is_space, 0, self._counts)
        order = np.argsort(-counts, kind="stable")[:size]  # ties in the order of code points
        points = np.sort(order[counts[order] > 0])
        return [chr(point) for point in points], [chr(point) for point in points if self._inner[point]]
