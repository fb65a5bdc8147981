"""Warnings of an import."""


class ImportRemark(UserWarning):
    """A part of a source is left out, or its files disagree; one line says what, and the import continues.

    `langzoo import` prints each of them; with `--strict` they are errors.

    Example:
        >>> import warnings
        >>> warnings.warn(ImportRemark("config.json: auto_map is not read"), stacklevel=2)
    """
