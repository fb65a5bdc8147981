"""Metrics over the predictions of a whole evaluation set, a file each. Importing this loads no TensorFlow."""

from .measure import bootstrap_intervals, check_metrics, directions_of, measure
from .metric import METRICS, Metric, register_metric

__all__ = ["METRICS", "Metric", "bootstrap_intervals", "check_metrics", "directions_of", "measure", "register_metric"]
