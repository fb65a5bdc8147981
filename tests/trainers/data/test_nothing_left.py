"""Every corpus of records of which --skip-bad leaves nothing: one line that says what was skipped."""

import json

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordPieceTokenizer
from langzoo.trainers.data.embedding_corpus import EmbeddingCorpus
from langzoo.trainers.data.label_rule import LabelRule
from langzoo.trainers.data.labelled_corpus import LabelledCorpus
from langzoo.trainers.data.readers import READERS
from langzoo.trainers.data.span_corpus import SpanCorpus
from langzoo.trainers.data.tagged_corpus import TaggedCorpus

TOKENIZER = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abc"])
QUESTION = {"id": "1", "question": "a", "answers": [{"text": "b", "answer_start": 2}]}
SQUAD = json.dumps({"data": [{"paragraphs": [{"context": "a b", "qas": [QUESTION]}]}]})
KNOWN = LabelRule("one", known=("x", "y"))
SCORED = ["text", "pair", "label"]
SPANS = ["question", "context", "answers", "id"]

# Rejected after they were read: a reader itself says so of a file in which it finds nothing.
CASES = [
    (TaggedCorpus, "conll", ["words", "tags"], "a B-Y\n", {"known": ["O", "B-X"]}, "text with tags"),
    (SpanCorpus, "squad", SPANS, SQUAD, {"longest_question": 0}, "question"),
    (LabelledCorpus, "tsv", ["text", "label"], "text\tlabel\na\tz\n", {"rule": KNOWN}, "text with a label"),
    (EmbeddingCorpus, "tsv", SCORED, "text\tpair\tlabel\na\tb\tx\n", {}, "pair of texts"),
]


@pytest.mark.parametrize(("kind", "name", "columns", "text", "options", "left"), CASES)
def test_nothing_left_is_told(kind, name, columns, text, options, left, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(text)
    for _ in range(2):  # from the cache, too
        reader = READERS[name](columns, skip_bad=True)
        with pytest.raises(UserError, match=rf"a\.txt: no {left} is left \(1 bad record skipped, the first: .*a\.txt"):
            kind.from_files([path], TOKENIZER, cache=tmp_path / "cache", reader=reader, **options)
