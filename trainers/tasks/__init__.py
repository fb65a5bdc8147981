"""How the models of each task learn and are measured: what they read, in which batches, with which loss."""

from ...layers.plain.errors import UserError
from .causal_training import CausalTraining
from .masked_training import MaskedTraining
from .seq2seq_training import Seq2SeqTraining
from .task_training import TaskTraining

_TRAININGS: dict[str, type[TaskTraining]] = {cls.task: cls for cls in (CausalTraining, MaskedTraining, Seq2SeqTraining)}


def task_training(task: str) -> TaskTraining:
    """How models of a task learn.

    Raises:
        UserError: they do not learn here.

    Example:
        >>> task_training("masked_lm").item
        'masked token'
    """
    if task not in _TRAININGS:
        raise UserError(f"models of the task {task} are not trained here; those that are: {', '.join(_TRAININGS)}")
    return _TRAININGS[task]()


def register_task_training(cls: type[TaskTraining]) -> type[TaskTraining]:
    """Decorator: makes `train` and `evaluate` know how models of a task learn; of this package or another.

    Raises:
        ValueError: the task has one.
    """
    if cls.task in _TRAININGS:
        raise ValueError(f"register_task_training: {cls.task!r} already learns as {_TRAININGS[cls.task].__name__}")
    _TRAININGS[cls.task] = cls
    return cls


__all__ = ["TaskTraining", "register_task_training", "task_training"]
