"""Published data sets: their formats, tasks, labels and metrics, one file per collection. Loads no TensorFlow."""

from .data_set import DATA_SETS, DataSet, register_data_set

__all__ = ["DATA_SETS", "DataSet", "register_data_set"]
