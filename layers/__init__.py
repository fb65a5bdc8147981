"""All the maths: Keras layers and pure tensor functions that know no model.

The public names are found on first use (PEP 562), so that a module which needs only `layers.errors` or
`layers.did_you_mean` does not pay for importing TensorFlow.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .attention import CrossAttention, RelativePositionBias, RotaryEmbedding, SelfAttention
    from .embeddings import (
        CharacterEncoder,
        PositionEmbedding,
        SegmentEmbedding,
        SinusoidalPositionEncoding,
        TokenEmbedding,
    )
    from .heads import (
        AttentionPooler,
        ClassificationHead,
        FirstTokenPooler,
        LanguageModelHead,
        MaskedLanguageModelHead,
        NextSentenceHead,
        ReplacedTokenHead,
    )
    from .probabilistic import BigramTable, UnigramTable
    from .recurrent import LSTM, LSTMEncoder
    from .text import (
        ByteLevelBPETokenizer,
        ByteTokenizer,
        CharacterTokenizer,
        Llama2cTokenizer,
        SentencePieceTokenizer,
        SequencePacker,
        Tokenizer,
        WordPieceTokenizer,
        WordTokenizer,
        load_tokenizer,
        sentence_piece_from_llama2c,
    )
    from .transformer import FeedForward, GatedFeedForward, PostNormBlock, PreNormBlock

__all__ = [
    "LSTM",
    "AttentionPooler",
    "BigramTable",
    "ByteLevelBPETokenizer",
    "ByteTokenizer",
    "CharacterEncoder",
    "CharacterTokenizer",
    "ClassificationHead",
    "CrossAttention",
    "FeedForward",
    "FirstTokenPooler",
    "GatedFeedForward",
    "LSTMEncoder",
    "LanguageModelHead",
    "Llama2cTokenizer",
    "MaskedLanguageModelHead",
    "NextSentenceHead",
    "PositionEmbedding",
    "PostNormBlock",
    "PreNormBlock",
    "RelativePositionBias",
    "ReplacedTokenHead",
    "RotaryEmbedding",
    "SegmentEmbedding",
    "SelfAttention",
    "SentencePieceTokenizer",
    "SequencePacker",
    "SinusoidalPositionEncoding",
    "TokenEmbedding",
    "Tokenizer",
    "UnigramTable",
    "WordPieceTokenizer",
    "WordTokenizer",
    "load_tokenizer",
    "sentence_piece_from_llama2c",
]

_HOMES = {
    ".transformer": (
        "FeedForward",
        "GatedFeedForward",
        "PostNormBlock",
        "PreNormBlock",
    ),
    ".attention": (
        "CrossAttention",
        "RelativePositionBias",
        "RotaryEmbedding",
        "SelfAttention",
    ),
    ".embeddings": (
        "CharacterEncoder",
        "PositionEmbedding",
        "SegmentEmbedding",
        "SinusoidalPositionEncoding",
        "TokenEmbedding",
    ),
    ".heads": (
        "AttentionPooler",
        "ClassificationHead",
        "FirstTokenPooler",
        "LanguageModelHead",
        "MaskedLanguageModelHead",
        "NextSentenceHead",
        "ReplacedTokenHead",
    ),
    ".probabilistic": ("BigramTable", "UnigramTable"),
    ".recurrent": ("LSTM", "LSTMEncoder"),
    ".text": (
        "ByteLevelBPETokenizer",
        "ByteTokenizer",
        "CharacterTokenizer",
        "Llama2cTokenizer",
        "SentencePieceTokenizer",
        "SequencePacker",
        "Tokenizer",
        "WordPieceTokenizer",
        "WordTokenizer",
        "load_tokenizer",
        "sentence_piece_from_llama2c",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str):
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name], __name__), name)
    globals()[name] = value  # the next access does not come here
    return value


def __dir__():
    return sorted({*globals(), *__all__})
