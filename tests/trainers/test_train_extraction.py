"""Models that find answers are trained from SQuAD files, and measured as they answer."""

import json
import random

import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordPieceTokenizer
from langzoo.layers.text.span_packer import SpanPacker
from langzoo.trainers.data.readers import READERS
from langzoo.trainers.data.span_corpus import SpanCorpus
from langzoo.trainers.data.span_source import SpanSource
from langzoo.trainers.evaluation import evaluate
from langzoo.trainers.run_description import training_of
from langzoo.trainers.tasks import training_class
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from rich.console import Console

WORDS = ["the", "went", "to", "and", "saw", "with", "cat", "."]
NAMES = ["rome", "new york", "paris"]


def questions(count, *, seed, unanswerable=0.4):
    """The answer is what stands after "in"; without one there is none."""
    draw, paragraphs = random.Random(seed), []
    for number in range(count):
        words, name = draw.choices(WORDS, k=draw.randint(4, 40)), draw.choice(NAMES)
        place, none = draw.randrange(len(words)), draw.random() < unanswerable
        words[place:place] = ["on"] if none else ["in", name]
        context = " ".join(words)
        answers = [] if none else [{"text": name, "answer_start": context.index(f"in {name}") + 3}]
        asked = {"id": str(number), "question": "in where ?", "answers": answers, "is_impossible": none}
        paragraphs.append({"context": context, "qas": [asked]})
    return {"data": [{"paragraphs": paragraphs}]}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("squad")
    for name, count in (("train", 250), ("valid", 30)):
        (folder / f"{name}.json").write_text(json.dumps(questions(count, seed=count)), encoding="utf-8")
    settings = {"data.batch_size": 16, "data.sequence_length": 24, "optimizer.learning_rate": 0.02, "steps": 60}
    sizes = {"model.hidden_dim": 16, "model.embedding_dim": 16, "histogram_every": 0, "data.buckets": 2}
    request = TrainRequest(
        model="text_bilstm_tiny",
        data=[folder / "train.json"],
        valid=[folder / "valid.json"],
        run=folder / "run",
        task="squad2",
        tokenizer="word",
        settings={**settings, **sizes},
    )
    return folder, train(request, console=Console(quiet=True))


def test_answers_are_learnt_and_the_threshold_is_settled(run):
    folder, result = run
    model = zoo.load(folder / "run")
    assert model.options == {**model.options, "max_length": 24, "stride": 128}
    assert model.no_answer_threshold == result.model.no_answer_threshold not in (None, 0.0)
    long = "the cat " * 20 + "went in new york and saw"
    one, other = model.answer(["in where ?", "in where ?"], [long, "the cat saw . " * 10], count=2)
    assert (one["text"], one["start"], one["end"]) == ("new york", long.index("new"), long.index("new") + 8)
    assert (other["text"], other["start"], other["end"]) == ("", 0, 0)
    assert len(other["candidates"]) == 2


def test_it_is_measured_as_it_answers(run):
    folder, result = run
    model = zoo.load(folder / "run")
    training = training_of(folder / "run", model)
    learning = training_class(model.task)(
        training, config=model.config, tokenizer=model.tokenizer, options=model.options
    )
    corpus = learning.read([folder / "valid.json"], cache=folder / "cache")
    found = [evaluate(model, corpus, batch_size=size, training=training) for size in (7, 40)]
    assert found[0].metrics == pytest.approx(found[1].metrics, abs=1e-5)
    assert found[0].metrics["squad_f1"] >= 0.9
    assert found[0].metrics["squad_f1"] == found[0].metrics["best_f1"] == result.figures["squad_f1"]
    records = list(learning.records([folder / "valid.json"]))
    asked = ([record.values[name] for record in records] for name in ("question", "context"))
    assert [each.text for each in found[0].predictions.predictions] == [each["text"] for each in model.answer(*asked)]
    exported, _ = learning.answered(model.answer, records)
    assert exported.references == found[0].predictions.references
    assert [each[:2] for each in exported.predictions] == [each[:2] for each in found[0].predictions.predictions]


PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"aeinrst", "##e", "##n", "the", "cat", ".", "?", "猫"]


def corpus_of(paragraphs, folder, *, longest_question=20, skip_bad=False, **options):
    path = folder / "a.json"
    path.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}), encoding="utf-8")
    reader = READERS["squad"](["question", "context", "answers"], skip_bad=skip_bad, **options)
    cache, tokenizer = folder / "cache", WordPieceTokenizer(PIECES)
    return SpanCorpus.from_files([path], tokenizer, cache=cache, reader=reader, longest_question=longest_question)


def paragraph(context, *asked):
    made = [
        {"id": f"{context[:5]}{number}", "question": question, "answers": answers, "is_impossible": not answers}
        for number, (question, answers) in enumerate(asked)
    ]
    return {"context": context, "qas": made}


def answer(text, start):
    return {"text": text, "answer_start": start}


def test_rows_are_those_of_the_graph_and_hold_the_answers(tmp_path):
    long = "the cat sat. \u732b\u732b " * 12
    at = long.index("sat", 60)
    asked = [("the ?", [answer("sat. \u732b", at)]), ("cat", [])]
    corpus = corpus_of([paragraph(long, *asked), paragraph("a rat", ("a", [answer("at", 3)]))], tmp_path)
    tokenizer = WordPieceTokenizer(PIECES)
    source = SpanSource(corpus, tokenizer, batch_size=64, max_length=28, stride=7, seed=None)
    rows = source.rows(0, 0, 64)
    packed = SpanPacker(tokenizer, max_length=28, stride=7).pack(["the ?", "cat", "a"], [long, long, "a rat"])
    count = len(packed.inputs["token_ids"])
    assert rows["weights"].sum() == count == source.limits[-1]
    for name in ("token_ids", "padding_mask", "segment_ids"):
        np.testing.assert_array_equal(rows[name][:count], packed.inputs[name].numpy())
    held, tokens = 0, corpus.tokens(0)
    for row in range(source.limits[1]):
        first, last = rows["first_places"][row], rows["last_places"][row]
        assert (first == 0) == (last == 0)
        if first:
            held += 1
            begin = source.firsts[row] - source.place(0)
            assert (tokens.starts[begin + first], tokens.limits[begin + last]) == (at, at + 6)
    assert held >= 2
    assert not rows["first_places"][source.limits[1] : source.limits[2]].any()
    assert rows["first_places"][count - 1] == rows["last_places"][count - 1] > 0  # of "rat" the tokens that hold "at"
    assert [corpus.answers(item) for item in range(3)] == [["sat. \u732b"], [], ["at"]]


def test_bad_questions_are_told_or_counted(tmp_path):
    good = paragraph("the cat", ("cat ?", [answer("cat", 4)]))
    bad = paragraph("cats \u200b", ("the " * 21, [answer("cats", 0)]), ("a ?", [answer("\u200b", 5)]))
    with pytest.raises(UserError, match=r"a\.json: line 1, column question has 21 tokens, over the 20"):
        corpus_of([good, bad], tmp_path)
    (tmp_path / "skip").mkdir()
    corpus = corpus_of([good, bad], tmp_path / "skip", skip_bad=True)
    assert (len(corpus), corpus.skipped.count) == (1, 2)
    assert "has an answer that matches no token" in corpus.skipped.places[1]
