"""Training requests. Importing this loads no TensorFlow."""

import dataclasses
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..layers.plain.did_you_mean import unknown_name_message
from ..layers.plain.errors import UserError
from ..zoo.atomic_file import is_leftover
from ..zoo.model_directory import CONFIG_FILE, read_description
from ..zoo.registry import config_class, named_model
from ..zoo.staging import finish_commit
from .data import check_text_files
from .data.readers import READERS, check_reader_options
from .data.sets import DATA_SETS
from .recipes import PRETRAIN, Pretraining, fine_tuning_recipe, recipe_for
from .resolve_tasks import MULTI_TASK, check_tasks, with_tasks
from .resolved_request import ResolvedRequest
from .task_request import TaskRequest
from .tokenizer_choice import KINDS, check_kind, names_a_place
from .training_config import TrainingConfig

HINT = "langzoo list --kind task, or --kind data_set"
MODEL_PREFIX = "model."
TASK_PREFIX = "task."
CACHE_FOLDER = "cache"
RATE_FILES = ("learning_rate.png", "learning_rate.tsv")
"""The files written by a range test, in addition to the cache."""

# The tasks that train bodies.
PRE_TRAINING = ("causal_lm", "latent_lm", "masked_lm", "replaced_token_detector", "electra_pair", "seq2seq_lm")


@dataclasses.dataclass(frozen=True)
class TrainRequest:
    """A request to train a model on text.

    Attributes:
        model: a name of the zoo, or a run directory whose weights are the starting point.
        data: text files to train on.
        valid: text files to validate on; none for no validation.
        run: the directory of the new run.
        tokenizer: "word", "char", "byte", ..., trained on `data`; or a folder or file with a tokenizer, ours or as
            published (`vocab.txt`, `vocab.json` with `merges.txt`, a SentencePiece `.model`, `tokenizer.json`); None
            uses the run's own, bytes for models of 257 tokens, and otherwise the usual kind of the family.
        vocabulary_size: maximum vocabulary size of a tokenizer that is trained; None for that of the named model, or
            more if the characters of the text need it.
        settings: dotted keys of `TrainingConfig`, fields of the model's configuration with the prefix "model." and
            options of its task with the prefix "task.".
        task: what to learn: a task, the name of a data set, which sets reader, task and labels, or "pretrain",
            which takes objective and settings from the paper of the model's family; None for the model's own task.
        new_head: whether the body of a run gets a new head, for other labels; always the case for another task.
        resume: continue the run in `run`, if there is one.
        tasks: name -> files of each of several tasks that one body learns together; `data`, `valid` and `task` are then
            omitted, and `settings` apply to all.
        add_words: a file of words, one per line, that the tokenizer of a run is to read as one token each; their rows
            start as the mean of their pieces' rows. None for none.
    """

    model: str
    _: dataclasses.KW_ONLY
    run: Path | str
    data: Sequence[Path | str] = ()
    valid: Sequence[Path | str] = ()
    tokenizer: str | None = None
    vocabulary_size: int | None = None
    settings: dict[str, Any] = dataclasses.field(default_factory=dict)
    task: str | None = None
    new_head: bool = False
    resume: bool = False
    tasks: Mapping[str, TaskRequest] = dataclasses.field(default_factory=dict)
    add_words: Path | str | None = None

    @property
    def starts_from_run(self) -> bool:
        """Whether `model` is a directory with trained weights rather than a name."""
        return (Path(self.model) / CONFIG_FILE).is_file()

    def resolve(self) -> ResolvedRequest:
        """Checks everything that can be checked before any work is done.

        Raises:
            UserError: an unknown model or task, an unknown or invalid setting, a file that is missing, empty or not
                text, or a run directory with other content.
        """
        options, new_head = {}, False
        parts = check_tasks(self)
        described = read_description(self.model) if self.starts_from_run else None
        asked, settings = self._task_and_settings(None if described is None else described["task"])
        if described is not None:
            name, task = described["name"], asked or described["task"]
            new_head = self.new_head or task != described["task"]
            options = {} if new_head else described["options"]
            config = config_class(described["family"]).from_dict(described["config"])
        else:
            if self.new_head:
                raise UserError(f"--new-head is for a run whose body is kept: {self.model} is entirely new")
            model = named_model(self.model)
            name, task, config = model.name, asked or model.task, model.config
        pretraining = Pretraining.of(name, config.family) if task == PRETRAIN else None
        if pretraining is not None:
            task = pretraining.task
            new_head = described is not None and (self.new_head or task != described["task"])
            options = described["options"] if described is not None and not new_head else {}
        config.checked_task(task)
        settings, asked_options = self._task_options(task, settings, kept=bool(options))
        changes = {
            key.removeprefix(MODEL_PREFIX): value for key, value in settings.items() if key.startswith(MODEL_PREFIX)
        }
        fixed = [name for name in changes if name not in config.training_fields()]
        if fixed and self.starts_from_run:
            raise UserError(f"--set model.{fixed[0]}: the weights of {self.model} fix all of it but dropout")
        if "vocabulary_size" in changes:
            raise UserError("--set model.vocabulary_size: the tokenizer decides it; use --vocabulary-size")
        settings = {key: value for key, value in settings.items() if not key.startswith(MODEL_PREFIX)}
        changed = config.variant(**changes)
        goes_on = described is not None and task in PRE_TRAINING and not new_head
        beside = [f"{MODEL_PREFIX}{field}" for field in type(config).model_fields]
        if pretraining is not None:
            training = pretraining.for_request(changed, settings, vocabulary_size=self.vocabulary_size, beside=beside)
        else:
            recipe = recipe_for if described is None or goes_on else fine_tuning_recipe
            training = recipe(name, config.family).for_task(task).with_settings(settings, beside=beside)
        training = with_tasks(training, parts, settings=settings, kept=options.get("heads", {}))
        training = training.checked_for(task)
        self._check_tokenizer()
        if self.add_words is not None and described is None:
            raise UserError(
                f"--add-words is for a model with weights, whose vocabulary grows: {self.model} is new, and its "
                "tokenizer learns the words of --data"
            )
        if not parts:
            self._check_files(training)
        self._check_run_directory(name)
        return ResolvedRequest(
            self,
            name=name,
            task=task,
            config=changed,
            training=training,
            options=options,
            asked_options=asked_options,
            new_head=new_head,
            pretrains=pretraining is not None,
        )

    def _task_options(
        self, task: str, settings: dict[str, Any], *, kept: bool
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Splits the settings into those without the task's options, and the task's options."""
        options = {
            key.removeprefix(TASK_PREFIX): value for key, value in settings.items() if key.startswith(TASK_PREFIX)
        }
        if not options:
            return settings, {}
        from ..zoo.model_directory import check_task_options

        if kept:
            raise UserError(f"--set task.{next(iter(options))}: the weights of {self.model} fix it; see --new-head")
        check_task_options(task, options)
        return {key: value for key, value in settings.items() if not key.startswith(TASK_PREFIX)}, options

    def _task_and_settings(self, own: str | None) -> tuple[str | None, dict[str, Any]]:
        """The task, and the settings including those of the named data set, for a run of the task `own`."""
        if self.tasks:
            return MULTI_TASK, self.settings
        if self.task is None or self.task == PRETRAIN:
            return self.task, self.settings
        found = DATA_SETS.find(self.task)
        if found is not None:
            data_set = found.value.for_task(own)
            return data_set.task, data_set.settings(self.task, self.settings)
        from ..zoo.tasks import TASKS

        if TASKS.find(self.task) is None:
            known = [*TASKS, *DATA_SETS, PRETRAIN]
            raise UserError(unknown_name_message("task or data set", self.task, known, hint=HINT))
        return self.task, self.settings

    def _check_files(self, training: TrainingConfig) -> None:
        check_reader_options(training.data.reader or "lines", training.data.reader_options)
        files = READERS[training.data.reader].files if training.data.reader else check_text_files
        files(self.data)
        if self.valid:
            files(self.valid)

    def _check_tokenizer(self) -> None:
        if self.tokenizer is None:
            return
        if not names_a_place(self.tokenizer):
            check_kind(self.tokenizer)
        elif not Path(self.tokenizer).exists():
            raise UserError(
                f"--tokenizer {self.tokenizer} does not exist: name a kind ({', '.join(KINDS)}), a folder or a file"
            )

    def _check_run_directory(self, name: str) -> None:
        run = Path(self.run)
        if os.path.lexists(run) and not run.is_dir():
            what = "is a broken link" if run.is_symlink() and not run.exists() else "is a file"
            raise UserError(f"--run {run} {what}; name a folder")
        finish_commit(run)
        if not (run / CONFIG_FILE).is_file():
            names = {path.name for path in run.iterdir() if not is_leftover(path.name)} if run.is_dir() else set()
            if names - {CACHE_FOLDER, *RATE_FILES}:
                raise UserError(f"--run {run} is not empty and holds no run; name another folder")
            return
        held = read_description(run)["name"]
        if held != name:
            raise UserError(f"--run {run} holds a run of {held}, not of {name}; name another folder")
        if not self.resume:
            raise UserError(f"--run {run} holds a run already; continue it with --resume, or name another folder")
