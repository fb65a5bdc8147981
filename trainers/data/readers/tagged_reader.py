"""The base class of readers of tagged words."""

from pathlib import Path
from typing import Any, NamedTuple

from ....layers.plain.did_you_mean import unknown_name_message
from ....layers.plain.errors import UserError
from ....layers.plain.tag_schemes import SCHEMES, bio_tags, scheme_of, spans_of, tag_fault
from .reader import Reader

MOST_WORDS = 100_000  # per sentence


class TaggedReader(Reader):
    """Words with one tag each, converted to BIO from the scheme of the file.

    Args:
        *args: arguments of `Reader`.
        scheme: the scheme of the file: bio, iob1, bioes or bmes; auto detects it from the tags, reading the file twice.
        repair: whether tags that cannot follow one another are repaired by conlleval's rule (a span begins where no
            span of its name is open) rather than refused.
        **kwargs: arguments of `Reader`.

    Raises:
        UserError: an unknown scheme.
    """

    task = "token_tagger"

    def __init__(self, *args: Any, scheme: str = "auto", repair: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if scheme not in ("auto", *SCHEMES):
            raise UserError(f"--reader-option: {unknown_name_message('tag scheme', scheme, ('auto', *SCHEMES))}")
        self.scheme = scheme
        self.repair = repair

    def scheme_in(self, sentences) -> str:
        """The scheme of a file: as requested, or as detected from its sentences' tags."""
        return scheme_of(each.tags for each in sentences) if self.scheme == "auto" else self.scheme

    def tagged(self, path: Path, sentence: "_Sentence", scheme: str):
        """Returns the record of a sentence, or None if it was rejected."""
        fault = tag_fault(sentence.tags, scheme)
        mendable = fault is None or (self.repair and tag_fault(sentence.tags[fault[0] :][:1], "iob1") is None)
        if fault is not None and not (self.repair and mendable):
            place, reason = fault
            self.reject(path, sentence.line_of(place), reason)
            return None
        tags = bio_tags(spans_of(sentence.tags), len(sentence.tags))
        values = {"words": tuple(sentence.words), "tags": tuple(tags)}
        return self.picked(
            path, sentence.line, values if sentence.intent is None else {**values, "intent": sentence.intent}
        )


class _Sentence(NamedTuple):
    """Words and tags, as written in a file.

    Attributes:
        line: the line of the first word.
        words, tags: the words and their tags, of the same length.
        lines: the line of each word; empty if all are on one line.
        intent: the intent of the sentence, if the format has one.
    """

    line: int
    words: list[str]
    tags: list[str]
    lines: list[int]
    intent: str | None = None

    def line_of(self, place: int) -> int:
        """The line of a word."""
        return self.lines[place] if self.lines else self.line
