"""Sequence-to-sequence models that learn from plain text."""

import json

import langzoo.zoo as zoo
import numpy as np
import pytest
from langzoo.layers import SentencePieceTokenizer, WordPieceTokenizer
from langzoo.layers.plain.errors import UserError
from langzoo.layers.text import ByteTokenizer
from langzoo.trainers.data.sentinels import sentinel_ids, with_sentinels
from langzoo.trainers.objectives import OBJECTIVES
from langzoo.trainers.run_metrics import read_metrics
from langzoo.trainers.train import prepare, train
from langzoo.trainers.train_request import TrainRequest
from langzoo.trainers.vocabularies import train_tokenizer
from rich.console import Console

QUIET = Console(quiet=True)
LINES = ["the cat sat on the mat and the dog sat on the log .", "a dog and a cat sat there , and on it went ."]
SMALL = {"model.num_layers": 1, "steps": 12, "sample_tokens": 0, "histogram_every": 0, "jit_compile": False}
SMALL |= {"data.batch_size": 8, "data.sequence_length": 24}


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n\n".join(LINES * 20))
    return path


@pytest.mark.ci
@pytest.mark.parametrize("name", ["span_corruption", "prefix_lm", "text_infilling"])
def test_a_model_from_plain_text(name, text, tmp_path):
    settings = {**SMALL, "objective.name": name, "data.documents": "blank_lines", "optimizer.warmup_steps": 2}
    settings |= {"steps": 30, "validate_every": 10}
    request = TrainRequest(model="t5_tiny", data=[text], valid=[text], run=tmp_path / "run", settings=settings)
    result = train(request, console=QUIET)
    assert len(sentinel_ids(result.model.tokenizer)) == (0 if name == "prefix_lm" else 100)
    first, *_, last = read_metrics(tmp_path / "run")
    assert last["val_loss"] < first["val_loss"] and "val_bits_per_byte" not in last
    if name == "prefix_lm":
        settings = {"objective.name": "span_corruption", "steps": 1}
        more = TrainRequest(model=str(tmp_path / "run"), data=[text], run=tmp_path / "more", settings=settings)
        with pytest.raises(UserError, match=r"lacks the tokens that objective\.name span_corruption needs"):
            train(more, console=QUIET)
    assert json.loads((tmp_path / "run/training.json").read_text())["training"]["objective"]["name"] == name


@pytest.mark.slow
@pytest.mark.parametrize("name", ["span_corruption", "prefix_lm", "text_infilling"])
def test_the_loss_of_a_step_is_that_of_transformers(name, text, tmp_path):
    """From the same weights, sources and targets, to 1e-5."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    settings = {**SMALL, "objective.name": name, "data.documents": "blank_lines"}
    request = TrainRequest(model="t5_tiny", data=[text], run=tmp_path / "run", settings=settings)
    (tmp_path / "run").mkdir()
    run = prepare(request, console=QUIET)
    batch = run.learning.batches(run.corpus).rows(0, 0, 8)
    model = zoo.build(run.config, name="t5_tiny", task="seq2seq_lm", tokenizer=run.tokenizer)
    terms, _ = OBJECTIVES[name]().terms(model, batch, {}, training=False)
    zoo.export_hugging_face(model, tmp_path / "theirs")
    theirs = transformers.T5ForConditionalGeneration.from_pretrained(tmp_path / "theirs").eval()
    source, targets = (torch.tensor(batch[each].astype(np.int64)) for each in ("source_ids", "targets"))
    counted = torch.tensor(batch["weights"] > 0)
    with torch.no_grad():
        mask = torch.tensor(batch["source_mask"].astype(np.int64))
        expected = theirs(input_ids=source, attention_mask=mask, labels=targets.masked_fill(~counted, -100)).loss
    (term,) = terms.values()
    assert counted.sum() > 20
    assert float(term.total() / np.sum(term.weights)) == pytest.approx(float(expected), rel=1e-5)


def test_sentinels_of_every_kind_of_tokenizer():
    unigram = train_tokenizer("unigram", iter(LINES), size=40, extra_ids=3)
    assert isinstance(unigram, SentencePieceTokenizer)
    size = unigram.vocabulary_size
    assert sentinel_ids(unigram) == (size - 1, size - 2, size - 3) and with_sentinels(unigram) is unigram
    assert unigram("cat <extra_id_1>").numpy()[-1] == size - 2
    added = with_sentinels(train_tokenizer("unigram", iter(LINES), size=40))
    assert added.vocabulary_size == size - 3 + 100 and len(sentinel_ids(added)) == 100
    pieces = with_sentinels(WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "cat"]))
    assert sentinel_ids(pieces) == tuple(range(6, 106)) and pieces("cat <extra_id_2>").numpy().tolist() == [5, 8]
    with pytest.raises(UserError, match="a byte tokenizer has no room for sentinels"):
        with_sentinels(ByteTokenizer())


@pytest.mark.parametrize(
    ("model", "settings", "message"),
    [
        ("t5_tiny", {"objective.corruption_rate": 1.0}, "objective.corruption_rate: must be less than 1, not 1.0"),
        ("t5_tiny", {"objective.mean_span_length": 0.5}, "must be greater than or equal to 1"),
        ("t5_tiny", {"data.sequence_length": 3}, "data.sequence_length must be at least 4, not 3"),
        ("t5_tiny", {"loss_per": "sequence"}, "loss_per must be token for plain text, not sequence"),
        ("t5_tiny", {"data.arrangement": "stream"}, "data.arrangement must be lines for plain text, not stream"),
        ("gpt2_tiny", {}, "unknown objective of the task causal_lm: 'span_corruption'"),
        ("bert_nano", {}, "unknown objective of the task masked_lm: 'span_corruption'"),
    ],
)
def test_what_a_user_gets_wrong(model, settings, message, text, tmp_path):
    settings = {**SMALL, "objective.name": "span_corruption", **settings}
    request = TrainRequest(model=model, data=[text], run=tmp_path / "run", settings=settings)
    with pytest.raises(UserError) as error:
        train(request, console=QUIET)
    assert message in str(error.value) and "\n" not in str(error.value)
