"""What is told of packages from outside that do not work."""


class PluginWarning(UserWarning):
    """A package that brings models to langzoo fails; one line names it and says why, and its models are left out.

    Example:
        >>> import warnings
        >>> warnings.warn(PluginWarning("the package 'x' fails to load"), stacklevel=2)
    """
