"""An export that did not come out right."""

from ..layers.plain.work_error import WorkError


class ExportError(WorkError):
    """The exported model does not do what the live one does, or does not run; nothing of it was left on the disk.

    Example:
        >>> raise ExportError("score: log_probabilities differ by 0.3")
        Traceback (most recent call last):
        ...
        zoo.export.export_error.ExportError: score: log_probabilities differ by 0.3
    """
