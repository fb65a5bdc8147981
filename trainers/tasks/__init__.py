"""The training of each task: its data, batches and objective, one file per task."""

from .register_task_training import TRAININGS, register_task_training, training_class
from .task_training import TaskTraining

__all__ = ["TRAININGS", "TaskTraining", "register_task_training", "training_class"]
