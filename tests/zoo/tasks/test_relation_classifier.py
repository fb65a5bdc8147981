import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import WordPieceTokenizer
from langzoo.serving import open_lite_file
from langzoo.serving.exported_model import ExportedModel
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from langzoo.zoo.export import export_litert, export_saved_model
from langzoo.zoo.tasks.relation_classifier import MARKERS
from rich.console import Console

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "sat", "on", "mat"]
TEXTS = ["the <e1>cats</e1> sat on the <e2>mat</e2>", "the <e2>mat</e2> <e1>cat</e1>"]


@pytest.fixture(scope="module")
def model():
    tokenizer = WordPieceTokenizer(PIECES).with_added_tokens(MARKERS)
    options = {"labels": ["On(e1,e2)", "Other"]}
    return zoo.create(
        "roberta_tiny",
        task="relation_classifier",
        tokenizer=tokenizer,
        options=options,
        initializer_range=0.5,
        num_layers=1,
    )


def test_the_head_reads_where_both_parts_begin(model):
    ids = np.array([[2, 5, 11, 6, 7, 12, 8, 9, 5, 13, 10, 14, 3]], np.int32)  # TEXTS[0]
    assert model.tokenizer.tokenize(TEXTS[0]).numpy().tolist() == ids[0, 1:-1].tolist()
    hidden = model.backbone({"token_ids": ids})["hidden_states"].numpy()[0]
    logits = model.head(np.concatenate([hidden[2], hidden[9]])[None]).numpy()[0]
    np.testing.assert_allclose(model({"token_ids": ids})["logits"].numpy()[0], logits, atol=1e-5)
    shares = np.exp(logits) / np.exp(logits).sum()
    assert [*model.classify(TEXTS)[0]["probabilities"].values()] == pytest.approx(shares.tolist(), abs=1e-5)
    assert model.count_params() == model.config.parameter_count("relation_classifier", num_classes=2)


@pytest.mark.ci
def test_the_same_answers_exported(model, tmp_path):
    export_saved_model(model, tmp_path / "saved")
    report = export_litert(model, tmp_path / "lite", lengths=[32])
    for other in (ExportedModel(tmp_path / "saved"), open_lite_file(report.path)):
        for mine, theirs in zip(model.answer(TEXTS), other.answer(TEXTS), strict=True):
            assert theirs["probabilities"] == pytest.approx(mine["probabilities"], abs=1e-5)


def test_what_cannot_be(model):
    with pytest.raises(UserError, match=r"'the cat' must have <e1> once"):
        model.classify(["the cat"])
    with pytest.raises(UserError, match="reads no pairs"):
        model.answer(TEXTS, TEXTS)
    with pytest.raises(UserError, match="the tokenizer has no token <e1>"):
        zoo.create("roberta_tiny", task="relation_classifier", tokenizer=WordPieceTokenizer(PIECES))


@pytest.mark.ci
def test_markers_join_the_vocabulary_of_a_trained_body(tmp_path):
    settings = {"steps": 1, "sample_tokens": 0, "histogram_every": 0, "optimizer.learning_rate": 1e-12}
    settings |= {"data.batch_size": 2, "data.sequence_length": 16, "jit_compile": False}
    (tmp_path / "text.txt").write_text("the cat sat on the mat e1 e2 < > /\n" * 30)
    sentences = ["The <e1>cat</e1> sat on the <e2>mat</e2>.", "The <e2>mat</e2>, the <e1>cat</e1>."]
    examples = enumerate(zip(sentences, ["Other", "Is-On(e1,e2)"], strict=True))
    blocks = [f'{i}\t"{text}"\n{label}\nComment:\n\n' for i, (text, label) in examples]
    (tmp_path / "relations.txt").write_text("".join(blocks))

    def run(model, data, name, **more):
        request = TrainRequest(model=str(model), data=[tmp_path / data], run=tmp_path / name, settings=settings, **more)
        return train(request, console=Console(quiet=True)).model

    body = run("bert_nano", "text.txt", "body", tokenizer="wordpiece", vocabulary_size=40)
    relations = run(tmp_path / "body", "relations.txt", "relations", task="semeval2010")
    size = body.tokenizer.vocabulary_size
    assert relations.tokenizer.vocabulary_size == size + 4
    old, new = (model.backbone.token_embedding.embeddings.numpy() for model in (body, relations))
    np.testing.assert_allclose(new[:size], old, atol=1e-6)
    pieces = body.tokenizer.tokenize("<e1>").numpy()
    assert len(pieces) > 1
    np.testing.assert_allclose(new[size], old[pieces].mean(0), atol=1e-6)
    (answer,) = zoo.load(tmp_path / "relations").answer([sentences[0]])
    assert set(answer["probabilities"]) == {"Other", "Is-On(e1,e2)"}
    with pytest.raises(UserError, match="needs a tokenizer of kind wordpiece or bpe, not word"):
        run("text_bilstm_tiny", "relations.txt", "other", task="semeval2010", tokenizer="word")
