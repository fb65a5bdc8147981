"""The ids of an example, with the names of the original BERT repository."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InputFeatures:
    """An example as ids, all lists of the same length.

    Attributes:
        input_ids: tokens with their special ones, 0 after them.
        input_mask: 1 for tokens, 0 after them.
        segment_ids: 1 for the second text and the separator after it.
        label_id: index of the label; 0 for an example without one.
        is_real_example: whether it is not padding of a batch; always true here.
    """

    input_ids: list[int]
    input_mask: list[int]
    segment_ids: list[int]
    label_id: int
    is_real_example: bool = True
