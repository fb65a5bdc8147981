"""The answer to a question that a model found."""

from typing import NamedTuple


class FoundAnswer(NamedTuple):
    """The answer to a question, and the best span if an answer is required.

    Attributes:
        text: the answer; "" for none.
        span: the best span of the text.
        no_answer_score: difference between the score of no answer and that of the span.
    """

    text: str
    span: str
    no_answer_score: float
