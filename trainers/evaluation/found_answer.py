"""What a model found as the answer to a question."""

from typing import NamedTuple


class FoundAnswer(NamedTuple):
    """The answer to a question, and what it would be if there had to be one.

    Attributes:
        text: the answer; "" for none.
        span: the best span of the text.
        no_answer_score: how far the score of no answer is above that of the span.
    """

    text: str
    span: str
    no_answer_score: float
