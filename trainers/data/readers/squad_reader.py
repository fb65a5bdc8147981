"""Questions on texts that hold their answers."""

import json
from pathlib import Path
from typing import Any

from ....layers.plain.errors import UserError
from ....layers.plain.read_file import read_file
from ....layers.plain.read_json import parse_object
from .reader import Reader, register_reader

MOST_BYTES = 2**28
MEND = "it must be SQuAD's JSON: data, paragraphs, context, qas, question, answers"


@register_reader("squad")
class SquadReader(Reader):
    """SQuAD 1.1 and 2.0, and CMRC 2018: answers are spans of the context, none where `is_impossible` is true.

    `answers` are pairs of a text and the place of its first character in the context.

    Args:
        *args: of `Reader`.
        repair: whether an answer that does not stand where the file says is taken from the nearest place where it does,
            as some of CMRC 2018's are a character off, rather than refused.
        **kwargs: of `Reader`.

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
        line, place = 1, 0
        for number, context, asked in self._questions(path, articles):
            if not isinstance(asked, dict):
                self._wrong(path, content, None, "holds a question that is no object")
                continue
            name = asked.get("id", asked.get("query_id"))
            name = str(name) if isinstance(name, str | int) else None
            answers = self._answers(path, content, name, context, asked)
            if answers is None:
                continue
            values = {"question": asked.get("question"), "context": context, "answers": answers}
            values["id"] = name or str(number)
            if not isinstance(values["question"], str):
                self._wrong(path, content, name, "has no question")
                continue
            # Questions come in the order of the file: the next id stands behind the last one.
            there = content.find(json.dumps(values["id"], ensure_ascii=False).encode(), place)
            line, place = (line + content.count(b"\n", place, there), there) if there > 0 else (line, place)
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

    def _answers(self, path, content, name, context, asked):
        given = asked.get("answers", [])
        impossible = asked.get("is_impossible", False)
        if impossible:
            return ()
        if not isinstance(given, list) or not given:
            self._wrong(path, content, name, "has no answers, and is_impossible is not true", column="answers")
            return None
        found = []
        for each in given:
            text, start = _field(each, "text"), _field(each, "answer_start")
            if not isinstance(text, str) or not text:
                self._wrong(path, content, name, "has an answer without a text", column="answers")
                return None
            if type(start) is not int or context[start : start + len(text)] != text or start < 0:
                place = self._nearest(context, text, start) if self.repair else None
                if place is None:
                    there = context[start : start + len(text)][:40] if type(start) is int and start >= 0 else ""
                    fault = f"has the answer {text[:40]!r} at {start}, where the context has {there!r}"
                    self._wrong(path, content, name, fault, column="answers")
                    return None
                start = place
            found.append((text, start))
        return tuple(found)

    @staticmethod
    def _nearest(context: str, text: str, start: Any) -> int | None:
        """The place of a text nearest to one, or its only place where none is given."""
        if type(start) is not int:
            return context.find(text) if context.count(text) == 1 else None
        before, after = context.rfind(text, 0, max(start, 0) + len(text)), context.find(text, max(start, 0))
        places = [place for place in (before, after) if place >= 0]
        return min(places, key=lambda place: abs(place - start), default=None)

    def _wrong(self, path, content, name, fault, *, column="") -> None:
        question = "" if name is None else f"question {name[:60]}"
        self.reject(path, _line_of(content, name), f"({question}) {fault}" if question else fault, column=column)


def _line_of(content: bytes, name: str | None) -> int:
    """The line where a question's id stands; 1 for one without."""
    if name is None:
        return 1
    place = content.find(json.dumps(name, ensure_ascii=False).encode())
    return content.count(b"\n", 0, max(place, 0)) + 1


def _list(path: Path, found: Any, name: str) -> list[Any]:
    if not isinstance(found, list):
        raise UserError(f"{path} has no list {name}: {MEND}")
    return found


def _field(found: Any, name: str) -> Any:
    return found.get(name) if isinstance(found, dict) else None
