"""Loading a tokenizer without TensorFlow, from files in memory."""

from collections.abc import Mapping

from ...layers.plain.did_you_mean import unknown_name_message
from ...layers.plain.errors import UserError
from ...layers.plain.text.tokenizer_description import TOKENIZER_FILE, check_option_names, check_size, parse_description
from .asset_files import asset
from .plain_byte_level_bpe_tokenizer import PlainByteLevelBPETokenizer
from .plain_byte_tokenizer import PlainByteTokenizer
from .plain_character_tokenizer import PlainCharacterTokenizer
from .plain_llama2c_tokenizer import PlainLlama2cTokenizer
from .plain_sentence_piece_tokenizer import PlainSentencePieceTokenizer
from .plain_tokenizer import PlainTokenizer
from .plain_word_piece_tokenizer import PlainWordPieceTokenizer
from .plain_word_tokenizer import PlainWordTokenizer

KINDS: dict[str, type[PlainTokenizer]] = {
    tokenizer.kind: tokenizer
    for tokenizer in (
        PlainWordTokenizer,
        PlainCharacterTokenizer,
        PlainByteTokenizer,
        PlainWordPieceTokenizer,
        PlainByteLevelBPETokenizer,
        PlainSentencePieceTokenizer,
        PlainLlama2cTokenizer,
    )
}
"""Kind -> class."""


def load_plain_tokenizer(files: Mapping[str, bytes]) -> PlainTokenizer:
    """Loads a tokenizer from the files written by `Tokenizer.save_assets`. TensorFlow is not imported.

    The files are only data: fixed names are read, and nothing in them is executed or used as a path.

    Args:
        files: the content of each file by its name: `tokenizer.json` and the other files of its kind.

    Raises:
        UserError: a file is missing, garbled or of a later format, the kind or an option is unknown, or the vocabulary
            is invalid; the message is one line.

    Example:
        >>> description = b'{"format": 1, "kind": "word", "options": {"lowercase": true}, "vocabulary_size": 3}'
        >>> files = {"tokenizer.json": description, "vocabulary.txt": b"<unk>\\n<eos>\\ncat\\n"}
        >>> load_plain_tokenizer(files).encode("Cat")
        [2]
    """
    place = f"the tokenizer's {TOKENIZER_FILE}"
    description = parse_description(asset(files, TOKENIZER_FILE), place)
    kind = description["kind"]
    if kind not in KINDS:
        raise UserError(unknown_name_message("tokenizer kind", kind, KINDS, hint="outside TensorFlow"))
    assets = KINDS[kind].read_assets(files)
    check_option_names(description, KINDS[kind].__init__, assets, place)
    try:
        tokenizer = KINDS[kind](**assets, **description["options"])
    except ValueError as error:
        raise UserError(f"the tokenizer is damaged: {error}") from error
    check_size(description, tokenizer.vocabulary_size, "the tokenizer")
    return tokenizer
