"""The warning about plug-in packages that fail."""


class PluginWarning(UserWarning):
    """A package that extends langzoo fails; one line names it and the reason, and its registrations are left out.

    Example:
        >>> import warnings
        >>> warnings.warn(PluginWarning("the package 'x' fails to load"), stacklevel=2)
    """
