"""Name of the field of a batch with the index of its task, if batches alternate between tasks."""

PLACE = "task_place"
"""In a batch: the index of its task, the same in every row."""
