"""The error of a failed export."""

from ..layers.plain.work_error import WorkError


class ExportError(WorkError):
    """The exported model disagrees with the live one, or does not run; nothing of it is left on disk.

    Example:
        >>> raise ExportError("score: log_probabilities differ by 0.3")
        Traceback (most recent call last):
        ...
        zoo.export.export_error.ExportError: score: log_probabilities differ by 0.3
    """
