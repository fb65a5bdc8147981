"""Callbacks of a run."""

from .average_weights import AverageWeights
from .checkpointing import Checkpointing
from .interval_report import IntervalReport, perplexity
from .keep_best import KeepBest
from .listener import Listener
from .measure_predictions import MeasurePredictions
from .metrics_file import MetricsFile
from .observe_validations import ObserveValidations
from .step_clock import StepClock
from .stop_on_signal import StopOnSignal
from .tensorboard_log import TensorBoardLog
from .terminal import Terminal
from .time_left import TimeLeft

__all__ = [
    "AverageWeights",
    "Checkpointing",
    "IntervalReport",
    "KeepBest",
    "Listener",
    "MeasurePredictions",
    "MetricsFile",
    "ObserveValidations",
    "StepClock",
    "StopOnSignal",
    "TensorBoardLog",
    "Terminal",
    "TimeLeft",
    "perplexity",
]
