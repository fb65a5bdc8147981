"""Name of the field of a batch that says whose turn it is, where several tasks take turns."""

PLACE = "task_place"
"""In a batch: the place of its task among all, the same in every row."""
