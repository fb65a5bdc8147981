"""All the maths: Keras layers and pure tensor functions that know no model.

The public names are found on first use (PEP 562), so that whoever needs only `layers.plain` does not
pay for importing TensorFlow.
"""

from typing import TYPE_CHECKING

from .plain.lazy_names import lazy_names

if TYPE_CHECKING:
    from .attention import CrossAttention as CrossAttention
    from .attention import RelativePositionBias as RelativePositionBias
    from .attention import RotaryEmbedding as RotaryEmbedding
    from .attention import SelfAttention as SelfAttention
    from .embeddings import CharacterEncoder as CharacterEncoder
    from .embeddings import PositionEmbedding as PositionEmbedding
    from .embeddings import SegmentEmbedding as SegmentEmbedding
    from .embeddings import SinusoidalPositionEncoding as SinusoidalPositionEncoding
    from .embeddings import TokenEmbedding as TokenEmbedding
    from .heads import AttentionPooler as AttentionPooler
    from .heads import ClassificationHead as ClassificationHead
    from .heads import FirstTokenPooler as FirstTokenPooler
    from .heads import LanguageModelHead as LanguageModelHead
    from .heads import MaskedLanguageModelHead as MaskedLanguageModelHead
    from .heads import NextSentenceHead as NextSentenceHead
    from .heads import ReplacedTokenHead as ReplacedTokenHead
    from .probabilistic import BigramTable as BigramTable
    from .probabilistic import TrigramTable as TrigramTable
    from .probabilistic import UnigramTable as UnigramTable
    from .recurrent import LSTM as LSTM
    from .recurrent import LSTMEncoder as LSTMEncoder
    from .text import ByteLevelBPETokenizer as ByteLevelBPETokenizer
    from .text import ByteTokenizer as ByteTokenizer
    from .text import CharacterTokenizer as CharacterTokenizer
    from .text import Llama2cTokenizer as Llama2cTokenizer
    from .text import SentencePieceTokenizer as SentencePieceTokenizer
    from .text import SequencePacker as SequencePacker
    from .text import Tokenizer as Tokenizer
    from .text import WordPieceTokenizer as WordPieceTokenizer
    from .text import WordTokenizer as WordTokenizer
    from .text import load_tokenizer as load_tokenizer
    from .text import sentence_piece_from_llama2c as sentence_piece_from_llama2c
    from .transformer import FeedForward as FeedForward
    from .transformer import GatedFeedForward as GatedFeedForward
    from .transformer import PostNormBlock as PostNormBlock
    from .transformer import PreNormBlock as PreNormBlock

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
    ".probabilistic": ("BigramTable", "TrigramTable", "UnigramTable"),
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

lazy_names(__name__, _HOMES)
