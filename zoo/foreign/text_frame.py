"""Special tokens around texts, for other libraries."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ...layers.plain.text.packing_rule import packing_style, separators_between

if TYPE_CHECKING:
    from ...layers.text import Tokenizer


@dataclass(frozen=True)
class TextFrame:
    """The special tokens that a model reads around a text.

    Attributes:
        before, after: ids.
        between: number of times that `after` stands between the two texts of a pair.
        segments: whether the second text of a pair is in segment 1.

    Example:
        >>> from langzoo.layers.text import WordPieceTokenizer
        >>> tokenizer = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "cat"])
        >>> text_frame(tokenizer, "masked_lm"), text_frame(tokenizer, "causal_lm").after
        (TextFrame(before=(2,), after=(3,), between=1, segments=True), ())
    """

    before: tuple[int, ...]
    after: tuple[int, ...]
    between: int = 1
    segments: bool = False


def text_frame(tokenizer: "Tokenizer", task: str, options: Mapping[str, Any] = MappingProxyType({})) -> TextFrame:
    """Returns the frame of a model's texts: that of `CausalLM`, of `Seq2SeqLM`'s sources, or of `SequencePacker`.

    Args:
        tokenizer: its tokenizer.
        task: its task.
        options: options of the task.
    """
    if task == "causal_lm":
        return TextFrame((tokenizer.start_id,) if tokenizer.add_start else (), ())
    if task == "seq2seq_lm":
        before = options.get("source_start_id")
        return TextFrame(() if before is None else (before,), (tokenizer.end_id,))
    style = packing_style(tokenizer.kind)
    return TextFrame((tokenizer.start_id,), (tokenizer.closing_id,), separators_between(style), style == "bert")
