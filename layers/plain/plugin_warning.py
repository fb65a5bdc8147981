"""The warning about packages from outside that do not work."""


class PluginWarning(UserWarning):
    """A package that extends langzoo fails; one line names it and says why, and what it registers is left out.

    Example:
        >>> import warnings
        >>> warnings.warn(PluginWarning("the package 'x' fails to load"), stacklevel=2)
    """
