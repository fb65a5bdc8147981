"""All the maths: Keras layers and pure tensor functions that know no model.

The public names are found on first use (PEP 562), so that a module which needs only `layers.errors` or
`layers.did_you_mean` does not pay for importing TensorFlow.
"""

from typing import TYPE_CHECKING

from .lazy_names import lazy_names

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

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
