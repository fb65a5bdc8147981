"""Remarks on an import that is not refused."""


class ImportRemark(UserWarning):
    """Something of a source is left out, or its files do not agree; one line says what, and the import goes on.

    `langzoo import` prints each, and refuses them with `--strict`.

    Example:
        >>> import warnings
        >>> warnings.warn(ImportRemark("config.json: auto_map is not read"), stacklevel=2)
    """
