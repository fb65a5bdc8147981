"""Scripts written for the original BERT repository do what they did there."""

import json

import numpy as np
import pytest
from langzoo import zoo
from langzoo.cli.run_classifier import TASKS, main
from langzoo.layers.text import WordPieceTokenizer
from langzoo.trainers.data.classic import InputExample, convert_examples_to_features

from tests.checks.foreign_folder import write_foreign_folder
from tests.zoo.foreign.foreign_files import write_google_checkpoint

PAIRS = [("the cat sat", "a cat sat"), ("the cat", "cat"), ("sat", "the cat sat"), ("a cat", "the cat")]
MNLI = "index\tpromptID\tpairID\tgenre\tparse1\tparse2\tparse3\tparse4\tsentence1\tsentence2\tlabel1\tgold_label\n"


def mrpc(folder):
    rows = "".join(f"{i % 2}\t{i}\t{i}\t{a}\t{b}\n" for i, (a, b) in enumerate(PAIRS))
    for name in ("train", "dev"):
        (folder / f"{name}.tsv").write_text(
            f"\ufeffQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\n{rows}", encoding="utf-8"
        )
    rows = "".join(f"{i}\t{i}\t{i}\t{a}\t{b}\n" for i, (a, b) in enumerate(PAIRS))
    (folder / "test.tsv").write_text(f"index\t#1 ID\t#2 ID\t#1 String\t#2 String\n{rows}", encoding="utf-8")


def cola(folder):
    for name in ("train", "dev"):
        (folder / f"{name}.tsv").write_text("".join(f"gj04\t{i % 2}\t*\t{a}\n" for i, (a, _) in enumerate(PAIRS)))
    (folder / "test.tsv").write_text("index\tsentence\n" + "".join(f"{i}\t{a}\n" for i, (a, _) in enumerate(PAIRS)))


def mnli(folder):
    row = lambda i, a, b, end: "\t".join([str(i)] * 8 + [a, b, *end]) + "\n"  # noqa: E731
    labels = ["entailment", "neutral", "contradiction", "neutral"]
    rows = [row(i, a, b, [label, label]) for i, ((a, b), label) in enumerate(zip(PAIRS, labels, strict=True))]
    (folder / "train.tsv").write_text(MNLI + "".join(rows))
    (folder / "dev_matched.tsv").write_text(MNLI + "".join(rows))
    header = MNLI.replace("\tlabel1\tgold_label", "")
    (folder / "test_matched.tsv").write_text(header + "".join(row(i, a, b, []) for i, (a, b) in enumerate(PAIRS)))


def xnli(folder):
    (folder / "multinli").mkdir()
    rows = [f"{a}\t{b}\t{label}\n" for (a, b), label in zip(PAIRS, ["neutral", "contradictory"] * 2, strict=True)]
    (folder / "multinli" / "multinli.train.zh.tsv").write_text("premise\thypo\tlabel\n" + "".join(rows))
    rows = [f"{lang}\tneutral\tx\tx\tx\tx\tthe cat\tsat\n" for lang in ("en", "zh", "zh", "zh", "de")]
    header = "language\tgold_label\ta\tb\tc\td\tsentence1\tsentence2\n"
    (folder / "xnli.dev.tsv").write_text(header + "".join(rows))


WRITERS = {"mrpc": mrpc, "cola": cola, "mnli": mnli, "xnli": xnli}


@pytest.fixture(scope="module")
def google(tmp_path_factory):
    base = tmp_path_factory.mktemp("google")
    folder = base / "uncased"
    write_google_checkpoint(folder, write_foreign_folder(base / "source", "bert", vocabulary=True))
    return folder


def flags(google, data, out, *more, task):
    return [
        f"--task_name={task.upper()}",
        f"--data_dir={data}",
        f"--vocab_file={google / 'vocab.txt'}",
        f"--bert_config_file={google / 'bert_config.json'}",
        f"--init_checkpoint={google / 'bert_model.ckpt'}",
        "--max_seq_length=8",
        "--train_batch_size=2",
        "--num_train_epochs=2.0",
        f"--output_dir={out}",
        *more,
    ]


@pytest.mark.ci
@pytest.mark.parametrize("task", TASKS)
def test_a_task_is_trained_measured_and_predicted(google, tmp_path, task, capsys):
    data, out = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    WRITERS[task](data)
    predicts = ["--do_predict"] if TASKS[task].test else ["--nodo_predict"]
    asked = ["--do_train=true", "--do_eval", "true", *predicts, "--use_tpu=true"]
    assert main([each for each in flags(google, data, out, *asked, task=task) if each != "true"]) == 0
    assert "TPUs are not used here" in capsys.readouterr().err
    lines = dict(line.split(" = ") for line in (out / "eval_results.txt").read_text().splitlines())
    assert list(lines) == ["eval_accuracy", "eval_loss", "global_step", "loss"]
    assert lines["global_step"] == "4"  # int(4 / 2 * 2.0)
    model = zoo.load(out)
    assert model.labels == tuple(TASKS[task].labels)
    assert model.config.hidden_dim == json.loads((google / "bert_config.json").read_text())["hidden_size"]
    if TASKS[task].test:
        rows = [[float(p) for p in line.split("\t")] for line in (out / "test_results.tsv").read_text().splitlines()]
        first, second = zip(*PAIRS, strict=True)
        answers = model.classify(list(first), None if task == "cola" else list(second))
        np.testing.assert_allclose(rows, [[*answer["probabilities"].values()] for answer in answers], atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--task_name=SST"], "unknown --task_name 'SST'"),
        (["--task_name=MRPC"], "at least one of --do_train, --do_eval and --do_predict must be true"),
        (["--task_name=MRPC", "--do_eval"], "--data_dir is missing"),
        (["--task_name=MRPC", "--do_trian"], "Unknown command line flag 'do_trian'"),
        (["--task_name=MRPC", "--learning_rate=fast"], "learning_rate"),
    ],
)
def test_what_cannot_be(arguments, message, capsys):
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


def test_features_are_those_of_the_original():
    """Worked out by hand: of a pair the longer text is cut, the second where both are of one length."""
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefg"]
    examples = [
        InputExample("0", "a b c", "d e f", "1"),
        InputExample("1", "a b c d", None, "0"),
        InputExample("2", "g"),
    ]
    pair, one, bare = convert_examples_to_features(examples, ["0", "1"], 7, WordPieceTokenizer(pieces))
    assert pair.input_ids == [2, 5, 6, 3, 8, 9, 3]
    assert pair.segment_ids == [0, 0, 0, 0, 1, 1, 1] and pair.label_id == 1
    assert one.input_ids == [2, 5, 6, 7, 8, 3, 0]
    assert one.input_mask == [1, 1, 1, 1, 1, 1, 0] and one.segment_ids == [0] * 7
    assert (bare.label_id, bare.is_real_example) == (0, True)
    (odd,) = convert_examples_to_features(examples[:1], ["0", "1"], 8, WordPieceTokenizer(pieces))
    assert odd.input_ids == [2, 5, 6, 7, 3, 8, 9, 3]
