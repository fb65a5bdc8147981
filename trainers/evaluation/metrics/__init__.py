"""Metrics over the predictions for a whole evaluation set, one per file. Importing this loads no TensorFlow."""

from .measure import bootstrap_intervals, check_metrics, directions_of, measure
from .metric import METRICS, Metric, register_metric

__all__ = ["METRICS", "Metric", "bootstrap_intervals", "check_metrics", "directions_of", "measure", "register_metric"]
