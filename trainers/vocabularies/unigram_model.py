"""A SentencePiece model from text."""

import io
import re
from collections.abc import Iterable, Iterator

from ...layers.plain.errors import UserError
from ...layers.text import SentencePieceTokenizer
from .train_tokenizer import register_tokenizer_trainer
from .vocabulary_too_small import VocabularyTooSmall

DEFAULT_SIZE = 8000
NORMALIZATIONS = {"nfkc": "nmt_nfkc", "none": "identity"}  # names of the library
MAX_LINE_BYTES = 4192  # the library leaves longer lines out


def unigram_model(
    lines: Iterable[str],
    *,
    size: int = DEFAULT_SIZE,
    character_coverage: float = 0.9995,
    byte_fallback: bool = False,
    normalization: str = "nfkc",
) -> bytes:
    """Learns the pieces of a unigram language model with the `sentencepiece` library.

    The same text gives the same model on every machine: one thread, no sampling of lines, no machine data in the
    file, and no file on disk. Memory grows with the text. The ids are T5's: 0 `<pad>`, 1 `</s>`, 2 `<unk>`; there
    is no `<s>`.

    Kudo 2018, "Subword Regularization", https://arxiv.org/abs/1804.10959, section 3.2.

    Args:
        lines: pieces of text. Lines longer than 4,192 bytes are split at a space, since the library would skip them.
        size: maximum number of pieces, including the three.
        character_coverage: share of the text's characters that become pieces, from 0.98 to 1; the others are
            unknown. 0.9995 is for rich scripts (Chinese); 1 keeps all.
        byte_fallback: encode unknown characters as bytes, 256 more pieces, so that nothing is unknown.
        normalization: normalization of the text. `"nfkc"`: Unicode's NFKC with the library's rules for white space
            and control characters, as in T5: `，` becomes `,` and `①` becomes `1`. `"none"`: none, not even for
            repeated spaces.

    Returns:
        The content of a `.model` file.

    Raises:
        UserError: the text contains only white space and control characters, or half a surrogate pair.
        VocabularyTooSmall: `size` is too small for the characters of the text.
        ValueError: `size` below 4, `character_coverage` out of range, or an unknown `normalization`.

    Example:
        >>> model = unigram_model(["the cat and the dog", "the dogs and the cats"], size=18)
        >>> SentencePieceTokenizer(model).vocabulary_size
        16
    """
    import sentencepiece  # here, so that the package's other vocabularies do not load it

    if isinstance(lines, str | bytes):
        raise ValueError("lines must be an iterable of strings, not one string")
    if size < 4:
        raise ValueError(f"size must be at least 4, for <pad>, </s>, <unk> and a piece, got {size}")
    if not 0.98 <= character_coverage <= 1:
        raise ValueError(f"character_coverage must be from 0.98 to 1, got {character_coverage}")
    if normalization not in NORMALIZATIONS:
        raise ValueError(f"normalization must be {' or '.join(NORMALIZATIONS)}, got {normalization!r}")
    # All at once: the library would store it anyway, and would hide exceptions from `lines`.
    sentences = [sentence for line in lines for sentence in _sentences(line)]
    model = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(sentences),
            model_writer=model,
            model_type="unigram",
            vocab_size=size,
            hard_vocab_limit=False,  # size is a bound, as for all vocabularies
            character_coverage=character_coverage,
            byte_fallback=byte_fallback,
            normalization_rule_name=NORMALIZATIONS[normalization],
            remove_extra_whitespaces=normalization != "none",
            max_sentence_length=MAX_LINE_BYTES,
            pad_id=0,
            eos_id=1,
            unk_id=2,
            bos_id=-1,
            num_threads=1,
            minloglevel=2,
        )
    except RuntimeError as error:
        needed = re.search(r"required_chars\. \d+ vs (\d+)", str(error))
        if needed:
            raise VocabularyTooSmall(size, needed=int(needed[1]), mend="lower character_coverage") from error
        if "!sentences_.empty()" in str(error) or "(all_chars_count) > (0)" in str(error):
            raise UserError("the text to train the vocabulary on is empty: give text with words in it") from error
        raise UserError(f"sentencepiece cannot learn from the text: {' '.join(str(error).split())[-200:]}") from error
    return model.getvalue()


def _sentences(line: str) -> Iterator[bytes]:
    """Yields the lines of a piece of text as UTF-8, split to the library's maximum length."""
    for sentence in line.split("\n"):
        try:
            data = sentence.encode("utf-8")
        except UnicodeEncodeError as error:
            raise UserError("text holds half a surrogate pair, which is not Unicode: remove it") from error
        while len(data) > MAX_LINE_BYTES:
            cut = data.rfind(b" ", 1, MAX_LINE_BYTES)
            if cut < 0:  # no space: before the last character that fits
                cut = next(place for place in range(MAX_LINE_BYTES, 0, -1) if data[place] & 0xC0 != 0x80)
            yield data[:cut]
            data = data[cut:]
        yield data


@register_tokenizer_trainer("unigram")
def train_unigram(
    lines: Iterable[str],
    *,
    size: int | None = None,
    character_coverage: float = 0.9995,
    byte_fallback: bool = False,
    normalization: str = "nfkc",
    extra_ids: int = 0,
) -> SentencePieceTokenizer:
    """A `SentencePieceTokenizer` with a `unigram_model`; `size`, without sentinels, is 8,000 by default."""
    options = {
        "character_coverage": character_coverage,
        "byte_fallback": byte_fallback,
        "normalization": normalization,
    }
    model = unigram_model(lines, size=DEFAULT_SIZE if size is None else size, **options)
    return SentencePieceTokenizer(model, extra_ids=extra_ids)
