"""Queries and documents, from the files of readers."""

import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data.readers import READERS
from langzoo.trainers.data.retrieval_set import RetrievalSet
from langzoo.trainers.evaluation.evaluate_retrieval import evaluate_retrieval
from langzoo.trainers.evaluation.metrics import measure

FILES = {"queries.tsv": "q1\tcats\nq2\tdogs\n", "docs.tsv": "d1\tthe cat\nd2\tdogs\nd3\tdogs\n"}


def trec(folder, qrels):
    for name, text in {**FILES, "qrels.txt": qrels}.items():
        (folder / name).write_text(text)
    reader = READERS["trec"](["text", "pair"], optional=["label", "query_id", "document_id"])
    return RetrievalSet.from_files([folder / "queries.tsv", folder / "docs.tsv", folder / "qrels.txt"], reader)


def test_of_trec_all_documents_count_and_equal_texts_are_two(tmp_path):
    found = trec(tmp_path, "q1 0 d1 1\nq2 0 d3 2\nq2 0 d1 0\n")
    assert (found.queries, found.documents) == (["cats", "dogs"], ["the cat", "dogs", "dogs"])
    assert found.relevance == [{0: 1}, {2: 2}]
    figures = measure(evaluate_retrieval(found))  # BM25 finds no cats by "the cat", and the other dogs first
    assert (figures["mrr_at_10"], figures["recall_at_1"]) == (0.25, 0.0)


def test_of_pairs_equal_texts_are_one(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("text\tpair\na\tx\nb\tx\na\ty\n")
    found = RetrievalSet.from_files([path], READERS["tsv"](["text", "pair"], optional=["label"]))
    assert (found.queries, found.documents, found.relevance) == (["a", "b"], ["x", "y"], [{0: 1, 1: 1}, {0: 1}])


def test_nothing_that_belongs_together_is_told(tmp_path):
    with pytest.raises(UserError, match="no query has a relevant document"):
        trec(tmp_path, "q1 0 d1 0\n")
