"""`python -m langzoo.cli.run_classifier`, the command line of the original BERT repository, for its four tasks."""

import dataclasses
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from absl import flags

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError
from .console import messages
from .failure import WRONG_REQUEST, report_failure, say
from .quiet_tensorflow import quiet_tensorflow

NLI = ("contradiction", "entailment", "neutral")
TPU_FLAGS = ("use_tpu", "tpu_name", "tpu_zone", "gcp_project", "master", "num_tpu_cores", "iterations_per_loop")
MAX_CONFIG_BYTES = 2**20
EVAL_FILE, TEST_FILE = "eval_results.txt", "test_results.tsv"


@dataclasses.dataclass(frozen=True)
class _Task:
    """A task as its original processor reads it: files of `data_dir`, labels in order, columns of the test file."""

    data_set: str
    labels: Sequence[str]
    train: str = "train.tsv"
    dev: str = "dev.tsv"
    test: str | None = "test.tsv"
    test_columns: Mapping[str, str] = dataclasses.field(default_factory=dict)
    dev_rows: str = ""


TASKS = {
    "cola": _Task("cola", ("0", "1"), test_columns={"text": "sentence"}),
    "mnli": _Task("mnli", NLI, dev="dev_matched.tsv", test="test_matched.tsv"),
    "mrpc": _Task("mrpc", ("0", "1")),
    "xnli": _Task(
        "xnli", NLI, train="multinli/multinli.train.zh.tsv", dev="xnli.dev.tsv", test=None, dev_rows="language=zh"
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns the exit code."""
    try:
        _run(_flags(sys.argv if arguments is None else ["run_classifier", *arguments]))
    except flags.Error as error:
        say(f"{error}")
        return WRONG_REQUEST
    except Exception as error:  # reported to the user in any case, a defect with its traceback
        return report_failure(error)
    return 0


def _flags(arguments: Sequence[str]) -> flags.FlagValues:
    """The flags of `run_classifier.py`, with its defaults."""
    values = flags.FlagValues()
    texts = {
        "data_dir": "Folder with the task's files.",
        "bert_config_file": "Configuration of the model, as published.",
        "task_name": f"{', '.join(TASKS)}.",
        "vocab_file": "Vocabulary of the model.",
        "output_dir": "Run directory.",
        "init_checkpoint": "TensorFlow 1 checkpoint to start from; random weights by default.",
        "tpu_name": "Has no effect.",
        "tpu_zone": "Has no effect.",
        "gcp_project": "Has no effect.",
        "master": "Has no effect.",
    }
    for name, help in texts.items():
        flags.DEFINE_string(name, None, help, flag_values=values)
    for name, default, help in (
        ("do_lower_case", True, "Whether the vocabulary is in lower case."),
        ("do_train", False, "Train."),
        ("do_eval", False, f"Evaluate on the validation file, into {EVAL_FILE}."),
        ("do_predict", False, f"Write the probabilities of the test file into {TEST_FILE}."),
        ("use_tpu", False, "Has no effect."),
    ):
        flags.DEFINE_bool(name, default, help, flag_values=values)
    for name, whole, help in (
        ("max_seq_length", 128, "The maximum number of tokens per text."),
        ("train_batch_size", 32, "Texts per training batch."),
        ("eval_batch_size", 8, "Texts per evaluation batch."),
        ("predict_batch_size", 8, "Texts per prediction batch."),
        ("save_checkpoints_steps", 1000, "Steps between two checkpoints."),
        ("iterations_per_loop", 1000, "Has no effect."),
        ("num_tpu_cores", 8, "Has no effect."),
    ):
        flags.DEFINE_integer(name, whole, help, lower_bound=1, flag_values=values)
    for name, number, help in (
        ("learning_rate", 5e-5, "The highest learning rate."),
        ("num_train_epochs", 3.0, "The number of epochs."),
        ("warmup_proportion", 0.1, "Share of the steps in which the learning rate rises."),
    ):
        flags.DEFINE_float(name, number, help, lower_bound=0.0, flag_values=values)
    values(arguments)
    return values


def _run(given: flags.FlagValues) -> None:
    name = (given.task_name or "").lower()
    if name not in TASKS:
        raise UserError(unknown_name_message("--task_name", given.task_name or "", TASKS))
    if not (given.do_train or given.do_eval or given.do_predict):
        raise UserError("at least one of --do_train, --do_eval and --do_predict must be true")
    for flag in ("data_dir", "bert_config_file", "vocab_file", "output_dir"):
        if not given[flag].value:
            raise UserError(f"--{flag} is missing")
    task = TASKS[name]
    if given.do_predict and task.test is None:
        raise UserError(f"--do_predict: {name} has no test file, as in the original")
    if ignored := [flag for flag in TPU_FLAGS if given[flag].present and given[flag].value not in (None, False)]:
        say(
            f"--{', --'.join(ignored)}: TPUs are not used here; the devices of this machine are, several of them with "
            "`langzoo train --strategy mirrored`"
        )
    quiet_tensorflow()
    if given.do_train:
        _train(given, task)
    if given.do_eval:
        _evaluate(given, task)
    if given.do_predict:
        _predict(given, task)


def _train(given: flags.FlagValues, task: _Task) -> None:
    from ..trainers.train import train
    from ..trainers.train_request import TrainRequest

    data = Path(given.data_dir) / task.train
    with tempfile.TemporaryDirectory(prefix="langzoo-") as folder:
        start = _start(given, Path(folder))
        settings: dict[str, Any] = {
            "data.labels": list(task.labels),
            "data.batch_size": given.train_batch_size,
            "data.sequence_length": given.max_seq_length,
            "optimizer.learning_rate": given.learning_rate,
            "optimizer.warmup_fraction": given.warmup_proportion,
            "evaluation_batch_size": given.eval_batch_size,
            "checkpoint_every": given.save_checkpoints_steps,
            "steps": max(int(_count(task, data) / given.train_batch_size * given.num_train_epochs), 1),
        }
        request = TrainRequest(
            model=str(start),
            data=[data],
            run=given.output_dir,
            task=task.data_set,
            settings=settings,
            new_head=True,
            resume=True,
        )
        train(request, console=messages())


def _start(given: flags.FlagValues, folder: Path) -> Path:
    """Creates a run with the weights of the checkpoint, or with random ones."""
    from ..layers.plain.read_json import read_json
    from ..layers.plain.text.vocabulary_file import read_vocabulary
    from ..layers.text import WordPieceTokenizer
    from ..zoo.import_run import import_run
    from ..zoo.model_directory import build, save
    from ..zoo.models.bert import BertConfig

    vocabulary = read_vocabulary(Path(given.vocab_file), quoted=False)
    tokenizer = WordPieceTokenizer(vocabulary, lowercase=given.do_lower_case)
    source, start = folder / "source", folder / "start"
    source.mkdir()
    shutil.copyfile(given.bert_config_file, source / "bert_config.json")
    if given.init_checkpoint is None:
        described = read_json(source / "bert_config.json", max_bytes=MAX_CONFIG_BYTES, mend="name another file")
        config = BertConfig.from_bert_config(described)
        save(build(config, name="bert", task="masked_lm", tokenizer=tokenizer), start)
        return start
    prefix = Path(given.init_checkpoint)
    files = sorted(prefix.parent.glob(f"{prefix.name}.*"))
    if not any(file.suffix == ".index" for file in files):
        raise UserError(f"--init_checkpoint {prefix}: there is no {prefix.name}.index next to it")
    for file in files:
        _link(file, source / f"bert_model.ckpt{file.name.removeprefix(prefix.name)}")
    import_run(source, start, tokenizer=tokenizer)
    return start


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source.resolve(), target)
    except OSError:  # another disk
        shutil.copyfile(source, target)


def _reader(task: _Task) -> Any:
    from ..trainers.data.readers import READERS
    from ..trainers.data.sets import DATA_SETS

    named = DATA_SETS[task.data_set].columns
    return READERS["tsv"](["text", "label"], optional=["pair"], named=named)


def _count(task: _Task, path: Path) -> int:
    return sum(1 for _ in _reader(task).records([path]))


def _evaluate(given: flags.FlagValues, task: _Task) -> None:
    from ..trainers.evaluation import evaluate
    from ..trainers.run_description import training_of
    from ..trainers.run_metrics import metrics_of_weights
    from ..trainers.tasks import training_class
    from ..zoo import load

    directory = Path(given.output_dir)
    model: Any = load(directory)
    training = training_of(directory, model)
    if task.dev_rows:
        training = training.with_settings({"data.reader_options": {"where": task.dev_rows}})
    learning = training_class(model.task)(
        training, config=model.config, tokenizer=model.tokenizer, options=model.options
    )
    with tempfile.TemporaryDirectory(prefix="langzoo-", ignore_cleanup_errors=True) as cache:
        corpus = learning.read([Path(given.data_dir) / task.dev], cache=cache)
        found = evaluate(model, corpus, batch_size=given.eval_batch_size, training=training)
    step = (metrics_of_weights(directory) or {}).get("step", 0)
    figures = {"eval_accuracy": found.metrics["accuracy"], "eval_loss": found.loss, "global_step": step}
    lines = [f"{name} = {value}" for name, value in sorted({**figures, "loss": found.loss}.items())]
    _write(directory / EVAL_FILE, lines)
    messages().print("\n".join(["***** Eval results *****", *lines]))


def _predict(given: flags.FlagValues, task: _Task) -> None:
    from ..trainers.data.readers import READERS
    from ..trainers.data.sets import DATA_SETS
    from ..zoo import load

    columns = {key: own for key, own in DATA_SETS[task.data_set].columns.items() if key != "label"}
    reader = READERS["tsv"](["text"], optional=["pair"], named={**columns, **task.test_columns})
    records = list(reader.records([Path(given.data_dir) / str(task.test)]))
    model: Any = load(given.output_dir)
    texts = [record.values["text"] for record in records]
    pairs = [record.values["pair"] for record in records] if "pair" in records[0].values else None
    answers = model.predict(texts, batch_size=given.predict_batch_size, pairs=pairs)
    rows = ["\t".join(str(answer["probabilities"][label]) for label in model.labels) for answer in answers]
    _write(Path(given.output_dir) / TEST_FILE, rows)


def _write(path: Path, lines: Sequence[str]) -> None:
    from ..zoo.atomic_file import write_text

    write_text(path, "".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    sys.exit(main())
