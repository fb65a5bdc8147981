"""Printing langzoo's own warnings."""

import contextlib
import warnings
from collections.abc import Iterator

from .failure import say


@contextlib.contextmanager
def printed_remarks() -> Iterator[None]:
    """Prints each import remark and each failing package as a line when the block ends, even if it fails.

    Example:
        >>> with printed_remarks():
        ...     warnings.warn(ImportRemark("config.json: auto_map is left out"))
        langzoo: config.json: auto_map is left out
    """
    from ..layers.plain.plugin_warning import PluginWarning
    from ..zoo.import_remark import ImportRemark

    ours = (ImportRemark, PluginWarning)
    show, remarks = warnings.showwarning, []

    def keep(message, category, *args, **kwargs):
        if issubclass(category, ours):
            remarks.append(str(message))
        else:
            show(message, category, *args, **kwargs)

    with warnings.catch_warnings():
        for category in ours:
            warnings.simplefilter("always", category)
        warnings.showwarning = keep
        try:
            yield
        finally:
            for remark in dict.fromkeys(remarks):
                say(remark)
