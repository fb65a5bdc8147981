"""Keras layers and pure tensor functions that are independent of any model.

The public names are found on first use (PEP 562), so that using only `layers.plain` does not import
TensorFlow.
"""

from typing import TYPE_CHECKING

from .plain.lazy_names import lazy_names

if TYPE_CHECKING:
    from .attention import CausalContext as CausalContext
    from .attention import CrossAttention as CrossAttention
    from .attention import RelativePositionBias as RelativePositionBias
    from .attention import RotaryEmbedding as RotaryEmbedding
    from .attention import SelfAttention as SelfAttention
    from .attention import empty_cache as empty_cache
    from .attention import scaled_dot_product as scaled_dot_product
    from .dense import Dense as Dense
    from .dropout import Dropout as Dropout
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
    from .heads import first_token as first_token
    from .heads import last_token as last_token
    from .heads import mean_pooling as mean_pooling
    from .masks import attention_bias as attention_bias
    from .masks import causal_mask as causal_mask
    from .masks import length_mask as length_mask
    from .masks import padding_bias as padding_bias
    from .masks import reverse_by_length as reverse_by_length
    from .probabilistic import BackoffTable as BackoffTable
    from .probabilistic import BigramTable as BigramTable
    from .probabilistic import UnigramTable as UnigramTable
    from .recurrent import LSTM as LSTM
    from .recurrent import RecurrentEncoder as RecurrentEncoder
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
    from .text import register_tokenizer as register_tokenizer
    from .text import sentence_piece_from_llama2c as sentence_piece_from_llama2c
    from .transformer import FeedForward as FeedForward
    from .transformer import GatedFeedForward as GatedFeedForward
    from .transformer import PostNormBlock as PostNormBlock
    from .transformer import PreNormBlock as PreNormBlock
    from .transformer import QueryBlock as QueryBlock
    from .transformer import TransformerBlock as TransformerBlock

lazy_names(__name__)
