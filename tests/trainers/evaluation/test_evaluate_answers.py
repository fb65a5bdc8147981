"""What is measured by answers is what is measured of the run; a live model's answers stand for those of exports."""

from types import SimpleNamespace

import langzoo.zoo as zoo
import pytest
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordTokenizer
from langzoo.trainers.evaluation import evaluate, evaluate_answers
from langzoo.trainers.tasks import training_class
from langzoo.trainers.training_config import TrainingConfig

WORDS = ["<unk>", "<eos>", "ann", "went", "to", "new", "york", ".", "u", "s"]
SMALL = {"embedding_dim": 8, "hidden_dim": 8}
LABELLED = "text\tpair\tlabel\n" + "".join(
    f"{text}\t{pair}\t{label}\n"
    for text, pair, label in [
        ("ann went", "to york", 1),
        ("york", "ann", 0),
        ("to . s", "new new new", 1),
        ("s", "u", 2),
    ]
)
TAGGED = "ann B-PER\nwent O\nto O\nnew B-LOC\nyork I-LOC\n\nu.s. B-LOC\nwent O\n\nto O\nann B-PER\n\n"


def both(task, options, text, tmp_path, **settings):
    """The evaluation of a model with random weights, that of its answers, and how it learns."""
    model = zoo.create(
        "text_bilstm_tiny", task=task, tokenizer=WordTokenizer(WORDS, split="punctuation"), options=options, **SMALL
    )
    path = tmp_path / "a.tsv"
    path.write_text(text)
    training = TrainingConfig().with_settings(settings)
    known = {"tokenizer": model.tokenizer, "options": model.options}
    learning = training_class(task)(training, config=model.config, **known)
    live = evaluate(model, learning.read([path], cache=tmp_path), training=training)
    export = SimpleNamespace(answer=model.answer)
    return live, evaluate_answers(export, learning, [path], batch_size=3, metrics=training.metrics), learning


@pytest.mark.parametrize(
    ("options", "objective"),
    [
        ({"labels": ["0", "1", "2"]}, "label"),
        ({"labels": ["0", "1", "2"], "problem_type": "multi_label_classification"}, "label_set"),
        ({"labels": ["score"], "problem_type": "regression"}, "score"),
    ],
)
def test_classifiers(options, objective, tmp_path):
    live, found, _ = both("text_classifier", options, LABELLED, tmp_path, **{"objective.name": objective})
    assert found.loss == pytest.approx(live.loss, abs=1e-5)
    assert (found.tokens, found.unit, found.item) == (live.tokens, live.unit, live.item)
    assert found.metrics.keys() <= live.metrics.keys()
    assert dict(found.metrics) == pytest.approx({name: live.metrics[name] for name in found.metrics}, abs=1e-5)


def test_taggers(tmp_path):
    options = {"labels": ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"]}
    text = TAGGED.replace("u.s.", "u")
    live, found, learning = both("token_tagger", options, text, tmp_path, **{"data.reader": "conll"})
    assert found.predictions.predictions == live.predictions.predictions
    assert dict(found.metrics) == {name: live.metrics[name] for name in found.metrics} and found.remark == ""
    assert found.tokens == live.tokens == 9 and found.metrics.keys() >= {"span_f1", "accuracy"}
    # A word that the model sees as several has the tag of the first, and it is told.
    (tmp_path / "b.conll").write_text(TAGGED)
    tags = {"ann": "B-PER", "u": "B-LOC"}

    def answer(texts):
        assert texts[1] == "u.s. went"
        places = [(0, "u"), (1, "."), (2, "s"), (3, "."), (5, "went")]
        split = [{"start": start, "tag": tags.get(word, "O")} for start, word in places]
        return [{"words": []}, {"words": split}, {"words": [{"start": 3, "tag": "B-PER"}]}]

    found = evaluate_answers(SimpleNamespace(answer=answer), learning, [tmp_path / "b.conll"])
    assert found.predictions.predictions == [["O"] * 5, ["B-LOC", "O"], ["O", "B-PER"]]
    assert found.remark.startswith("1 words of the files are several")


def test_intents_are_measured_as_their_data_sets_ask(tmp_path):
    text = TAGGED.replace("u.s.", "u").replace("\n\n", "\nGo\n\n").replace("Go", "Stay", 1)
    options = {"labels": ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"], "intents": ["Go", "Stay"]}
    settings = {"data.reader": "slots", "metrics": ["span_f1", "intent_accuracy"]}
    live, found, _ = both("token_tagger", options, text, tmp_path, **settings)
    assert found.metrics["intent_accuracy"] == pytest.approx(live.metrics["intent_accuracy"])


def test_texts_that_a_file_cuts_are_counted(tmp_path):
    _, _, learning = both("text_classifier", {"labels": ["0", "1", "2"]}, LABELLED, tmp_path)
    export = SimpleNamespace(cut_texts=5, cut_tokens=50)  # of an earlier call

    def answer(texts, pairs=None):
        export.cut_texts, export.cut_tokens = export.cut_texts + 1, export.cut_tokens + 7
        return [{"label": "0", "probabilities": {"0": 1.0, "1": 0.0, "2": 0.0}} for _ in texts]

    export.answer = answer
    found = evaluate_answers(export, learning, [tmp_path / "a.tsv"], batch_size=2)
    assert (found.cut_texts, found.cut_tokens) == (2, 14)


def test_what_an_export_refuses_is_told_with_the_place(tmp_path):
    def answer(texts, pairs=None):
        raise UserError("the text is too long")

    *_, learning = both("text_classifier", {"labels": ["0", "1", "2"]}, LABELLED, tmp_path)
    with pytest.raises(UserError, match=r"a.tsv: line 2 and after it: the text is too long, or evaluate the run"):
        evaluate_answers(SimpleNamespace(answer=answer), learning, [tmp_path / "a.tsv"])


def test_nothing_left_is_told(tmp_path):
    options = {"labels": ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"]}
    _, _, learning = both("token_tagger", options, TAGGED.replace("u.s.", "u"), tmp_path, **{"data.skip_bad": True})
    (tmp_path / "other.conll").write_text("ann B-ORG\n")
    export = SimpleNamespace(answer=None)  # is not asked
    with pytest.raises(UserError, match="every record was skipped, and none is left to evaluate"):
        evaluate_answers(export, learning, [tmp_path / "other.conll"], batch_size=3)
