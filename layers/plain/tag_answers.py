"""Answers of taggers, for live and exported models. Needs no TensorFlow."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .tag_schemes import spans_of
from .tag_transitions import are_span_tags


def tag_answers(
    outputs: Mapping[str, np.ndarray], texts: Sequence[bytes], *, labels: Sequence[str], intents: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Returns the answer for each text from the outputs of a tagger's graph.

    Args:
        outputs: outputs of the signature `tag`: `words` and `tags`, bytes (B, W), `starts` and `limits`, integers
            (B, W), and `lengths` (B,); and, if there are intents, `intents`, bytes (B,), and `probabilities` (B, I).
        texts: the tagged texts, UTF-8.
        labels: all tags.
        intents: names of the columns of `probabilities`.

    Returns:
        For each text a dict: `spans`, if the labels mark spans, each with its `label`, its `text`, and its `start` and
        `end` in characters; `words`, each with its `word`, its `tag`, `start` and `end`; and, if there are intents,
        `label` and `probabilities`.

    Example:
        >>> outputs = {"words": np.array([[b"New", b"York"]]), "tags": np.array([[b"B-LOC", b"I-LOC"]]),
        ...            "starts": np.array([[0, 4]]), "limits": np.array([[3, 8]]), "lengths": np.array([2])}
        >>> tag_answers(outputs, [b"New York"], labels=["O", "B-LOC", "I-LOC"])[0]["spans"]
        [{'label': 'LOC', 'text': 'New York', 'start': 0, 'end': 8}]
    """
    marks_spans, answers = are_span_tags(labels), []
    columns = [outputs[name] for name in ("words", "tags", "starts", "limits")]
    for row, (text, length) in enumerate(zip(texts, outputs["lengths"], strict=True)):
        cells = zip(*(column[row][:length].tolist() for column in columns), strict=True)
        words = [
            {"word": word.decode("utf-8"), "tag": tag.decode("utf-8"), "start": start, "end": end}
            for word, tag, start, end in cells
        ]
        answer = {"spans": _spans(words, text.decode("utf-8", errors="replace"))} if marks_spans else {}
        if intents:
            shares = dict(zip(intents, outputs["probabilities"][row].tolist(), strict=True))
            answer = {"label": outputs["intents"][row].decode("utf-8"), "probabilities": shares, **answer}
        answers.append({**answer, "words": words})
    return answers


def _spans(words: Sequence[Mapping[str, Any]], text: str) -> list[dict[str, Any]]:
    found = []
    for label, first, limit in spans_of([word["tag"] for word in words]):
        start, end = words[first]["start"], words[limit - 1]["end"]
        found.append({"label": label, "text": text[start:end], "start": start, "end": end})
    return found
