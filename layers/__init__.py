"""All the maths: Keras layers and pure tensor functions that know no model.

The public names are found on first use (PEP 562), so that a module which needs only `layers.errors` or
`layers.did_you_mean` does not pay for importing TensorFlow.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .embeddings import CharacterEncoder, PositionEmbedding, SinusoidalPositionEncoding, TokenEmbedding
    from .heads import LanguageModelHead
    from .probabilistic import BigramTable, UnigramTable
    from .recurrent import LSTM, LSTMEncoder
    from .text import ByteTokenizer, CharacterTokenizer, Tokenizer, WordTokenizer, load_tokenizer

__all__ = [
    "LSTM",
    "BigramTable",
    "ByteTokenizer",
    "CharacterEncoder",
    "CharacterTokenizer",
    "LSTMEncoder",
    "LanguageModelHead",
    "PositionEmbedding",
    "SinusoidalPositionEncoding",
    "TokenEmbedding",
    "Tokenizer",
    "UnigramTable",
    "WordTokenizer",
    "load_tokenizer",
]

_HOMES = {
    ".embeddings": ("CharacterEncoder", "PositionEmbedding", "SinusoidalPositionEncoding", "TokenEmbedding"),
    ".heads": ("LanguageModelHead",),
    ".probabilistic": ("BigramTable", "UnigramTable"),
    ".recurrent": ("LSTM", "LSTMEncoder"),
    ".text": ("ByteTokenizer", "CharacterTokenizer", "Tokenizer", "WordTokenizer", "load_tokenizer"),
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
