"""ELECTRA's two models: their draws, terms, weights, and the same loss in transformers."""

import keras
import numpy as np
import pytest
from langzoo import zoo
from langzoo.layers import WordPieceTokenizer
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data import TokenCorpus
from langzoo.trainers.objectives.replaced_token import drawn_words
from langzoo.trainers.run_metrics import read_metrics
from langzoo.trainers.tasks import training_class
from langzoo.trainers.train import train
from langzoo.trainers.train_request import TrainRequest
from langzoo.trainers.training_config import TrainingConfig
from rich.console import Console

TOKENIZER = WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnop"])
LENGTH, ROWS = 20, 6


@pytest.fixture(scope="module")
def learnt():
    """A model, its objective, and a batch with a row of padding."""
    keras.utils.set_random_seed(4)
    changes = {"num_layers": 2, "initializer_range": 0.3, "dropout": 0.0, "attention_dropout": 0.0}
    model = zoo.create("electra_tiny", task="electra_pair", tokenizer=TOKENIZER, **changes)
    tokens = np.random.default_rng(1).integers(5, 21, 5 * (LENGTH - 2) - 7).astype(np.int32)
    corpus = TokenCorpus(tokens, np.array([0, len(tokens)]), 0, 0, start_id=2)
    training = TrainingConfig().with_settings({"data.arrangement": "blocks", "data.sequence_length": LENGTH})
    learning = training_class("electra_pair")(training, config=model.config, tokenizer=TOKENIZER)
    source = learning.evaluation_source(corpus, batch_size=ROWS)
    return model, learning.objective(source=None, evaluation=source), source.rows(0, 0, ROWS), source


def shown_tokens(batch, words):
    ids = batch["token_ids"].copy()
    for row in range(ROWS):
        counted = batch["weights"][row] > 0
        ids[row, batch["masked_positions"][row][counted]] = words[row][counted]
    return ids


def loss_of(generator_losses, logits, batch, words):
    """The sum of both means, with NumPy."""
    original, shown = shown_tokens(batch, batch["targets"]), shown_tokens(batch, words)
    replaced, logits = (original != shown).astype(np.float64), logits.astype(np.float64)
    tokens = batch["padding_mask"] * (batch["weights"].max(-1, keepdims=True) > 0)
    discriminator = np.logaddexp(0, logits) - replaced * logits
    generator = (generator_losses * batch["weights"]).sum() / batch["weights"].sum()
    return generator + 50 * (discriminator * tokens).sum() / tokens.sum(), replaced, tokens


def test_words_are_drawn_from_the_softmax():
    logits = np.log(np.array([0.5, 0.2, 0.0 + 1e-30, 0.3], np.float32))
    draws = (np.arange(1000, dtype=np.float32) + 0.5) / 1000
    words = drawn_words(np.tile(logits, (1, 1000, 1)), draws[np.newaxis]).numpy()[0]
    assert np.bincount(words, minlength=4).tolist() == [500, 200, 0, 300] and (np.diff(words) >= 0).all()
    same = drawn_words(np.zeros((1, 1, 3), np.float32), np.array([[np.nextafter(1, 0, dtype=np.float32)]]))
    assert same.numpy().item() == 2


def test_the_terms_are_what_numpy_says(learnt):
    model, objective, batch, _ = learnt
    terms, _ = objective.terms(model, batch, {}, training=False)
    logits = model.generator(batch)["logits"].numpy()
    words = drawn_words(logits, batch["draws"]).numpy()
    found = model.discriminator({"token_ids": shown_tokens(batch, words), "padding_mask": batch["padding_mask"]})
    shifted = logits - logits.max(-1, keepdims=True)
    losses = np.log(np.exp(shifted).sum(-1)) - np.take_along_axis(shifted, batch["targets"][..., None], -1)[..., 0]
    expected, replaced, tokens = loss_of(losses, found["logits"].numpy(), batch, words)
    means = {name: float(term.total() / np.sum(term.weights)) for name, term in terms.items()}
    figures = objective.figures(means)
    assert figures["loss"] == pytest.approx(expected, rel=1e-5)
    called, replaced = (found["logits"].numpy() > 0)[tokens > 0], replaced[tokens > 0] > 0
    assert 0 < replaced.sum() < batch["weights"].sum() + 1 and called.any()
    assert figures["discriminator_precision"] == pytest.approx((called & replaced).sum() / called.sum(), rel=1e-5)
    assert figures["discriminator_recall"] == pytest.approx((called & replaced).sum() / replaced.sum(), rel=1e-5)
    assert figures["discriminator_accuracy"] == pytest.approx((called == replaced).mean(), rel=1e-5)
    assert set(objective.directions()) >= {"generator", "discriminator", "discriminator_precision", "perplexity"}
    assert not batch["padding_mask"][-1, 1:].any() and not tokens[-1].any()


def test_draws_are_a_function_of_seed_and_step(learnt):
    *_, source = learnt
    whole, parts = source.rows(0, 0, ROWS), [source.rows(0, first, 3) for first in (0, 3)]
    for name, value in whole.items():
        np.testing.assert_array_equal(value, np.concatenate([part[name] for part in parts]), err_msg=name)
    assert len(np.unique(whole["draws"][:-1])) == whole["draws"][:-1].size


def test_embeddings_are_shared_and_all_weights_come_back(learnt, tmp_path):
    model, _, batch, _ = learnt
    assert model.generator.backbone.token_embedding is model.discriminator.backbone.token_embedding
    assert model.generator.backbone.hidden_dim == 8 and model.discriminator.backbone.hidden_dim == 32
    assert sum(int(np.prod(weight.shape)) for weight in model.weights) == model.config.body_count() + model.head_count(
        model.config
    )
    model.save_run(tmp_path / "run")
    again = zoo.load(tmp_path / "run")
    for name, weight in model.named_weights().items():
        np.testing.assert_array_equal(weight, again.named_weights()[name], err_msg=name)
    model.discriminator.save_run(tmp_path / "alone")
    alone = zoo.load(tmp_path / "alone")
    assert alone.task == "replaced_token_detector"
    np.testing.assert_array_equal(alone(batch)["logits"], again(batch)["discriminator"]["logits"])
    np.testing.assert_array_equal(model(batch)["generator"]["logits"], again(batch)["generator"]["logits"])


@pytest.mark.ci
def test_both_models_learn_and_another_task_starts_from_them(tmp_path):
    (tmp_path / "text.txt").write_text("".join(f"{'abcdefgh'[i % 8]} " for i in range(2000)))
    settings = {"steps": 60, "data.sequence_length": 20, "optimizer.learning_rate": 1e-2, "optimizer.warmup_steps": 5}
    settings |= {"jit_compile": False, "sample_tokens": 0, "histogram_every": 0, "model.num_layers": 1}
    settings |= {"validate_every": 30, "task.generator_fraction": 0.5, "monitor": "discriminator_recall"}
    text = [tmp_path / "text.txt"]
    request = TrainRequest(
        model="electra_tiny", task="electra_pair", data=text, valid=text, run=tmp_path / "run", settings=settings
    )
    result = train(request, console=Console(quiet=True))
    first, last = read_metrics(tmp_path / "run")
    for name in ("generator", "discriminator"):
        assert last[f"val_{name}"] < first[f"val_{name}"]
    assert last["loss"] == pytest.approx(last["generator"] + 50 * last["discriminator"], rel=1e-5)
    assert len(result.model.detect(["a b c"])[0]) == 5
    assert len(result.model.fill(["a [MASK] c"], count=2)[0][0]) == 2
    assert 0 <= last["val_discriminator_precision"] <= 1 and result.model.generator.backbone.hidden_dim == 16
    (tmp_path / "labels.tsv").write_text("text\tlabel\n" + "a b c\tyes\nh g f\tno\n" * 8)
    settings = {"steps": 1, "jit_compile": False, "histogram_every": 0}
    tuned = train(
        TrainRequest(
            model=str(tmp_path / "run"),
            task="text_classifier",
            data=[tmp_path / "labels.tsv"],
            run=tmp_path / "tuned",
            settings=settings,
        ),
        console=Console(quiet=True),
    )
    assert tuned.model.labels == ("no", "yes")


@pytest.mark.parametrize(
    ("model", "settings", "message"),
    [
        (
            "electra_tiny",
            {"task.generator_fraction": 2.0},
            "generator_fraction must be a number above 0, at most 1, not",
        ),
        ("electra_tiny", {"objective.discriminator_share": 0.0}, "must be greater than 0, not 0.0"),
        ("electra_tiny", {"objective.name": "masked_token"}, "unknown objective of the task electra_pair"),
        ("bert_nano", {}, "electra_pair"),
    ],
)
def test_what_a_user_gets_wrong(model, settings, message, tmp_path):
    (tmp_path / "text.txt").write_text("a b c d " * 50)
    request = TrainRequest(
        model=model, task="electra_pair", data=[tmp_path / "text.txt"], run=tmp_path / "run", settings=settings
    )
    with pytest.raises(UserError) as error:
        train(request, console=Console(quiet=True))
    assert message in str(error.value) and "\n" not in str(error.value)


@pytest.mark.slow
def test_the_loss_of_a_step_is_that_of_transformers(learnt, tmp_path):
    """From the same weights, masks and draws, to 1e-5."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    model, objective, batch, _ = learnt
    for name, part in model.parts.items():
        zoo.export_hugging_face(part, tmp_path / name)
    generator = transformers.ElectraForMaskedLM.from_pretrained(tmp_path / "generator").eval()
    discriminator = transformers.ElectraForPreTraining.from_pretrained(tmp_path / "discriminator").eval()
    real = batch["weights"].max(-1) > 0
    ids, mask = (torch.tensor(batch[name][real].astype(np.int64)) for name in ("token_ids", "padding_mask"))
    labels = torch.full_like(ids, -100)
    places, counted = batch["masked_positions"][real], batch["weights"][real] > 0
    for row in range(len(ids)):
        labels[row, places[row][counted[row]]] = torch.tensor(
            batch["targets"][real][row][counted[row]].astype(np.int64)
        )
    with torch.no_grad():
        guessed = generator(input_ids=ids, attention_mask=mask, labels=labels)
        chances = torch.softmax(guessed.logits, -1).numpy().astype(np.float64)
        shown, original = ids.clone(), torch.where(labels >= 0, labels, ids)
        for row, place in zip(*np.nonzero(labels.numpy() >= 0), strict=True):
            draw = batch["draws"][real][row][places[row] == place][0]
            shown[row, place] = int(np.searchsorted(np.cumsum(chances[row, place]), draw, side="right"))
        replaced = (shown != original).long()
        found = discriminator(input_ids=shown, attention_mask=mask, labels=replaced)
    expected = float(guessed.loss) + 50 * float(found.loss)
    terms, _ = objective.terms(model, batch, {}, training=False)
    loss = objective.figures({name: float(term.total() / np.sum(term.weights)) for name, term in terms.items()})["loss"]
    assert replaced.sum() > 3 and loss == pytest.approx(expected, rel=1e-5)
