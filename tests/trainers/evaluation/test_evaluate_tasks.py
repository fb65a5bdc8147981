"""Losses of Transformers over blocks, lines, pairs and hidden tokens, against loops in plain NumPy."""

import keras
import langzoo.zoo as zoo
import numpy as np
import pytest
from langzoo.layers import ByteTokenizer, WordPieceTokenizer
from langzoo.layers.plain.errors import UserError
from langzoo.trainers.data import MaskedSource, PairCorpus, TokenCorpus
from langzoo.trainers.evaluation import evaluate
from langzoo.trainers.recipes import recipe_for
from langzoo.trainers.tasks import training_class
from langzoo.trainers.training_config import TrainingConfig

SMALL = {"num_layers": 1, "num_heads": 2, "hidden_dim": 8, "max_sequence_length": 16}
PIECES = WordPieceTokenizer(
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefgh", *(f"##{c}" for c in "abcdefgh")]
)
BATCH_SIZES = (1, 3, 32)


def surprise(logits, targets):
    """-log softmax(logits)[target] in float64."""
    logits = np.asarray(logits, np.float64)
    chosen = np.take_along_axis(logits, np.asarray(targets)[..., np.newaxis], axis=-1)[..., 0]
    return np.log(np.exp(logits).sum(-1)) - chosen


def assert_all_are(found, expected):
    for result in found:
        assert result.loss == pytest.approx(expected, rel=1e-6)


@pytest.fixture(scope="module")
def letters(tmp_path_factory):
    """150 lines of random letters, one to 30 long."""
    random = np.random.default_rng(0)
    lines = ["".join(random.choice(list("abcdefgh "), random.integers(1, 30))) for _ in range(50)]
    path = tmp_path_factory.mktemp("letters") / "a.txt"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


@pytest.fixture(scope="module")
def gpt2():
    keras.utils.set_random_seed(3)
    return zoo.create("gpt2_tiny", tokenizer=ByteTokenizer(), **SMALL, initializer_range=0.5)


def test_a_text_is_read_in_blocks_of_the_models_length(gpt2, letters, tmp_path):
    corpus = TokenCorpus.from_files([letters], gpt2.tokenizer, cache=tmp_path)
    targets = np.array(corpus.tokens)
    contexts = np.concatenate([[corpus.start_id], targets[:-1]])
    total = 0.0
    for start in range(0, len(targets), 16):
        part = slice(start, start + 16)
        total += surprise(gpt2({"token_ids": contexts[np.newaxis, part]})["logits"][0], targets[part]).sum()
    found = [evaluate(gpt2, corpus, batch_size=size) for size in BATCH_SIZES]
    assert {result.tokens for result in found} == {len(corpus)} == {letters.stat().st_size + 1}
    assert_all_are(found, total / len(targets))
    assert found[0].bits_per_byte == pytest.approx(total / np.log(2) / letters.stat().st_size, rel=1e-6)


def test_lines_are_read_by_themselves(gpt2, tmp_path):
    (tmp_path / "a.txt").write_text("ab\n\ncdefgh\na longer line than positions\n")
    corpus = TokenCorpus.from_files([tmp_path / "a.txt"], gpt2.tokenizer, cache=tmp_path)
    total = 0.0
    end = [gpt2.tokenizer.end_id]
    for line in ("ab\n", "\n", "cdefgh\n", "a longer line th", "an positions\n"):
        ids = np.array([*line.encode(), *(end if line.startswith("an") else [])])
        inputs = np.concatenate([[corpus.start_id], ids[:-1]])
        total += surprise(gpt2({"token_ids": inputs[np.newaxis]})["logits"][0], ids).sum()
    training = TrainingConfig().with_settings({"data.arrangement": "lines"})
    found = [evaluate(gpt2, corpus, batch_size=size, training=training) for size in BATCH_SIZES]
    assert_all_are(found, total / len(corpus))


def test_a_large_vocabulary_is_read_in_fewer_rows(gpt2, letters, tmp_path):
    """Logits of a batch stay within 1 GB."""
    corpus = TokenCorpus.from_files([letters], gpt2.tokenizer, cache=tmp_path)
    large = gpt2.config.variant(vocabulary_size=2**23)
    for arrangement in ("blocks", "lines"):
        training = TrainingConfig().with_settings({"data.arrangement": arrangement})
        learning = training_class("causal_lm")(training, config=large, tokenizer=gpt2.tokenizer)
        source = learning.evaluation_source(corpus, batch_size=32)
        assert (source.batch_size, source.sequence_length) == (2, 16)
        source = learning.evaluation_source(corpus, batch_size=32, multiple_of=4)
        assert source.batch_size == 4


@pytest.fixture(scope="module")
def transformer():
    keras.utils.set_random_seed(3)
    changes = {**SMALL, "intermediate_dim": 16}
    return zoo.create("transformer_tiny", tokenizer=ByteTokenizer(), options={"start_id": 7}, **changes)


def pair_corpus(folder, lines):
    (folder / "a.tsv").write_text("".join(f"{source}\t{target}\n" for source, target in lines), encoding="utf-8")
    return PairCorpus.from_files([folder / "a.tsv"], ByteTokenizer(), cache=folder)


@pytest.mark.ci
def test_pairs_one_at_a_time(transformer, tmp_path):
    lines = [("ab", "b a"), ("a longer one", "x"), ("猫", "the cat"), ("d", "猫"), ("e e", "e")]
    corpus, end, total = pair_corpus(tmp_path, lines), ByteTokenizer().end_id, 0.0
    for source, target in lines:
        targets = np.array([*target.encode(), end])
        inputs = {
            "source_ids": np.array([[*source.encode(), end]]),
            "token_ids": np.array([[7, *targets[:-1]]]),
        }
        total += surprise(transformer(inputs)["logits"][0], targets).sum()
    tokens = sum(len(target.encode()) + 1 for _, target in lines)
    found = [evaluate(transformer, corpus, batch_size=size) for size in BATCH_SIZES]
    assert_all_are(found, total / tokens)
    assert {(result.tokens, result.item) for result in found} == {(tokens, "target token")}
    assert found[0].bits_per_byte == pytest.approx(total / np.log(2) / (tokens - 5), rel=1e-6)
    # `score` packs, pads and sums in its own way.
    scored = transformer.score(*(list(side) for side in zip(*lines, strict=True)))
    assert -sum(sum(row["log_probabilities"]) for row in scored) == pytest.approx(total, rel=1e-6)


def test_targets_that_are_cut_have_no_bits_a_byte(transformer, tmp_path):
    """16 positions: of 30 bytes 16 are predicted, and not the end."""
    found = evaluate(transformer, pair_corpus(tmp_path, [("a", "x" * 30), ("b" * 30, "y")]))
    assert (found.tokens, found.bits_per_byte) == (16 + 2, None)
    assert (found.cut_tokens, found.cut_texts) == (15, 2)


@pytest.fixture(scope="module")
def bert():
    keras.utils.set_random_seed(3)
    return zoo.create("distilbert_tiny", tokenizer=PIECES, **SMALL, initializer_range=0.5, intermediate_dim=16)


@pytest.mark.ci
def test_hidden_tokens_are_the_same_in_every_batch_and_each_time(bert, letters, tmp_path):
    corpus = TokenCorpus.from_files([letters], PIECES, cache=tmp_path)
    source = MaskedSource(
        corpus,
        batch_size=1,
        sequence_length=16,
        frame=(2, 3),
        mask_id=4,
        vocabulary_size=PIECES.vocabulary_size,
        special_ids=PIECES.special_ids,
        seed=0,
        shuffle=False,
    )
    total = count = 0
    for step in range(source.steps_per_epoch):
        rows = source.rows(step, 0, 1)
        seen, asked = rows["padding_mask"][0], rows["weights"][0] > 0
        logits = bert({"token_ids": rows["token_ids"][:, seen]})["logits"][0].numpy()
        total += surprise(logits[rows["masked_positions"][0, asked]], rows["targets"][0, asked]).sum()
        count += asked.sum()
    assert count > 50
    # The recipe's blocks of 128 are cut to the model's 16 positions.
    found = [evaluate(bert, corpus, batch_size=size) for size in BATCH_SIZES]
    assert_all_are(found, total / count)
    assert {(result.tokens, result.item, result.bits_per_byte) for result in found} == {(count, "masked token", None)}


def test_more_tokens_can_be_hidden(bert, letters, tmp_path):
    corpus = TokenCorpus.from_files([letters], PIECES, cache=tmp_path)
    training = recipe_for(bert.name, "distilbert").for_task("masked_lm").with_settings({"objective.mask_rate": 0.9999})
    every = evaluate(bert, corpus, training=training)  # of so short a block that rate is every token
    assert every.tokens == (~np.isin(corpus.tokens, PIECES.special_ids)).sum()


def test_a_text_in_which_nothing_can_be_hidden(bert, tmp_path):
    (tmp_path / "a.txt").write_text(" \n")
    corpus = TokenCorpus.from_files([tmp_path / "a.txt"], PIECES, cache=tmp_path)
    with pytest.raises(UserError, match="no token in it that could be hidden"):
        evaluate(bert, corpus)


def test_a_task_that_is_not_measured_so(tmp_path):
    model = zoo.create("distilbert_tiny", tokenizer=PIECES, task="replaced_token_detector")
    (tmp_path / "a.txt").write_text("a b\n")
    corpus = TokenCorpus.from_files([tmp_path / "a.txt"], PIECES, cache=tmp_path)
    with pytest.raises(UserError, match="models of the task replaced_token_detector cannot be trained here"):
        evaluate(model, corpus)
