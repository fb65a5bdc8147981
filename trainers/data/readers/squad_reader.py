"""Questions on texts that contain their answers."""

import json
import re
from pathlib import Path
from typing import Any

from ....layers.plain.errors import UserError
from ....layers.plain.read_file import read_file
from ....layers.plain.read_json import parse_object
from .reader import Reader, register_reader

MOST_BYTES = 2**28
_ID = re.compile(rb'"(?:query_)?id"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+)')
MEND = "it must be SQuAD's JSON: data, paragraphs, context, qas, question, answers"


@register_reader("squad")
class SquadReader(Reader):
    """SQuAD 1.1 and 2.0, and CMRC 2018: answers are spans of the context, none if `is_impossible` is true.

    `answers` are pairs of a text and the index of its first character in the context.

    Args:
        *args: arguments of `Reader`.
        repair: whether an answer that is not at the given place is taken from the nearest occurrence,
            since some of CMRC 2018's are one character off, rather than refused.
        **kwargs: arguments of `Reader`.

    Example:
        >>> question = {"id": "1", "question": "Who sat?", "answers": [{"text": "The cat", "answer_start": 0}]}
        >>> text = json.dumps({"data": [{"paragraphs": [{"context": "The cat sat.", "qas": [question]}]}]})
        >>> _ = Path("a.json").write_text(text)
        >>> [record.values["answers"] for record in SquadReader(["question", "context", "answers"]).records(["a.json"])]
        [(('The cat', 0),)]
    """

    gives = ("question", "context", "answers", "id")
    task = "span_extractor"
    example = (
        '{"data": [{"paragraphs": [{"context": "The cat sat.", "qas": [{"id": "1", "question": "Who sat?", '
        '"answers": [{"text": "The cat", "answer_start": 0}]}]}]}]}\n'
    )

    def __init__(self, *args: Any, repair: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.repair = repair

    def records_of(self, path):
        """See `Reader`."""
        content = read_file(path, max_bytes=MOST_BYTES, mend="split it into files of some articles each")
        articles = parse_object(content, str(path), mend=MEND).get("data")
        lines = _QuestionLines(content)
        for number, context, asked in self._questions(path, articles):
            if not isinstance(asked, dict):
                self._wrong(path, lines.last, None, "has a question that is not an object")
                continue
            given = asked.get("id", asked.get("query_id"))
            name, line = (str(given), lines.next(given)) if isinstance(given, str | int) else (None, lines.last)
            answers = self._answers(path, line, name, context, asked)
            if answers is None:
                continue
            values = {"question": asked.get("question"), "context": context, "answers": answers}
            values["id"] = name or str(number)
            if not isinstance(values["question"], str):
                self._wrong(path, line, name, "has no question")
                continue
            record = self.picked(path, line, values)
            if record is not None:
                yield record

    def _questions(self, path: Path, articles: Any):
        number = 0
        for article in _list(path, articles, "data"):
            for paragraph in _list(path, _field(article, "paragraphs"), "paragraphs"):
                context = _field(paragraph, "context")
                if not isinstance(context, str):
                    raise UserError(f"{path} has a paragraph without a context: {MEND}")
                for asked in _list(path, _field(paragraph, "qas"), "qas"):
                    number += 1
                    yield number, context, asked

    def _answers(self, path, line, name, context, asked):
        given = asked.get("answers", [])
        impossible = asked.get("is_impossible", False)
        if impossible:
            return ()
        if not isinstance(given, list) or not given:
            self._wrong(path, line, name, "has no answers, and is_impossible is not true", column="answers")
            return None
        found = []
        for each in given:
            text, start = _field(each, "text"), _field(each, "answer_start")
            if not isinstance(text, str) or not text:
                self._wrong(path, line, name, "has an answer without a text", column="answers")
                return None
            if type(start) is not int or context[start : start + len(text)] != text or start < 0:
                place = self._nearest(context, text, start) if self.repair else None
                if place is None:
                    there = context[start : start + len(text)][:40] if type(start) is int and start >= 0 else ""
                    fault = f"has the answer {text[:40]!r} at {start}, where the context has {there!r}"
                    self._wrong(path, line, name, fault, column="answers")
                    return None
                start = place
            found.append((text, start))
        return tuple(found)

    @staticmethod
    def _nearest(context: str, text: str, start: Any) -> int | None:
        """The occurrence of a text nearest to a place, or its only occurrence if no place is given."""
        if type(start) is not int:
            return context.find(text) if context.count(text) == 1 else None
        before, after = context.rfind(text, 0, max(start, 0) + len(text)), context.find(text, max(start, 0))
        places = [place for place in (before, after) if place >= 0]
        return min(places, key=lambda place: abs(place - start), default=None)

    def _wrong(self, path, line, name, fault, *, column="") -> None:
        question = "" if name is None else f"question {name[:60]}"
        self.reject(path, line, f"({question}) {fault}" if question else fault, column=column)


class _QuestionLines:
    """Finds the lines of the ids of questions. Reads the file once, since its questions are requested in order.

    Attributes:
        last: the line of the last id that was found; 1 before the first.
    """

    def __init__(self, content: bytes):
        self.last = 1
        self._content, self._ids = content, _ID.finditer(content)
        self._line, self._place = 1, 0

    def next(self, name: str | int) -> int:
        """The line of the next question's id; if an id is not found, all later calls return the last line."""
        for found in self._ids:
            self._line += self._content.count(b"\n", self._place, found.start())
            self._place = found.start()
            if json.loads(found[1]) == name:
                self.last = self._line
                break
        return self.last


def _list(path: Path, found: Any, name: str) -> list[Any]:
    if not isinstance(found, list):
        raise UserError(f"{path} has no list {name}: {MEND}")
    return found


def _field(found: Any, name: str) -> Any:
    return found.get(name) if isinstance(found, dict) else None
