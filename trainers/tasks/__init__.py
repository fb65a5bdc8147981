"""How the models of each task learn and are measured: what they read, in which batches; a file each."""

from .register_task_training import TRAININGS, register_task_training, training_class
from .task_training import TaskTraining

__all__ = ["TRAININGS", "TaskTraining", "register_task_training", "training_class"]
