"""Published data sets by name: their forms, tasks, labels and metrics, a file per collection. Loads no TensorFlow."""

from .data_set import DATA_SETS, DataSet, register_data_set

__all__ = ["DATA_SETS", "DataSet", "register_data_set"]
