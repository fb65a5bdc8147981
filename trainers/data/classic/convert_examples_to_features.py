"""Conversion of examples to ids, as in the original BERT repository."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ....layers.plain.did_you_mean import unknown_name_message
from ....layers.plain.errors import UserError
from .input_example import InputExample
from .input_features import InputFeatures

if TYPE_CHECKING:
    from ....layers.text import Tokenizer

SPECIAL = {"one": 2, "pair": 3}  # [CLS] a [SEP], and [CLS] a [SEP] b [SEP]


def convert_examples_to_features(
    examples: Sequence[InputExample], label_list: Sequence[str], max_seq_length: int, tokenizer: "Tokenizer"
) -> list[InputFeatures]:
    """Converts texts to ids as BERT's `run_classifier.py` does: framed, truncated and padded to one length.

    If a pair is too long, tokens are removed from the end of the longer text one by one, from the second if both have
    the same length (`_truncate_seq_pair` there).

    Args:
        examples: texts with labels.
        label_list: the labels, in order.
        max_seq_length: tokens per row, including special ones.
        tokenizer: a `WordPieceTokenizer`.

    Raises:
        UserError: a label that is not in the list, or no room for a token.

    Example:
        >>> from langzoo.layers.text import WordPieceTokenizer
        >>> tokenizer = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b"])
        >>> example = InputExample("0", "a b", "b", "yes")
        >>> convert_examples_to_features([example], ["no", "yes"], 8, tokenizer)[0].input_ids
        [2, 5, 6, 3, 6, 3, 0, 0]
    """
    return [_converted(example, list(label_list), max_seq_length, tokenizer) for example in examples]


def _converted(example: InputExample, labels: list[str], length: int, tokenizer: "Tokenizer") -> InputFeatures:
    first = tokenizer.tokenize(example.text_a).numpy().tolist()
    second = None if example.text_b is None else tokenizer.tokenize(example.text_b).numpy().tolist()
    room = length - SPECIAL["one" if second is None else "pair"]
    if room < 1:
        raise UserError(f"max_seq_length {length} leaves no room for a token: set it higher")
    if example.label is not None and example.label not in labels:
        raise UserError(f"example {example.guid}: {unknown_name_message('label', example.label, labels)}")
    if second is not None:
        while len(first) + len(second) > room:
            (first if len(first) > len(second) else second).pop()
    start, closing = tokenizer.start_id, tokenizer.closing_id
    ids = [start, *first[:room], closing]
    segments = [0] * len(ids)
    if second is not None:
        ids += [*second, closing]
        segments += [1] * (len(second) + 1)
    filling = [0] * (length - len(ids))
    label_id = 0 if example.label is None else labels.index(example.label)
    return InputFeatures(ids + filling, [1] * len(ids) + filling, segments + filling, label_id)
