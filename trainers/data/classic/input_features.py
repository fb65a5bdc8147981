"""The ids of an example, as the original BERT repository names them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InputFeatures:
    """An example as ids, all lists of one length.

    Attributes:
        input_ids: tokens with their special ones, 0 after them.
        input_mask: 1 for tokens, 0 after them.
        segment_ids: 1 for the second text and the separator after it.
        label_id: place of the label; 0 for an example without one.
        is_real_example: whether it is no padding of a batch; here all are.
    """

    input_ids: list[int]
    input_mask: list[int]
    segment_ids: list[int]
    label_id: int
    is_real_example: bool = True
