"""The exceptions that users are told of in one line."""


class UserError(ValueError):
    """The request was wrong; the message is one line that says how to mend it.

    The command line prints the message and exits with code 2. Everything else that is raised is a defect or a failure of
    the machine.

    Example:
        >>> raise UserError("--steps must be at least 1, not 0")
        Traceback (most recent call last):
        ...
        layers.errors.UserError: --steps must be at least 1, not 0
    """


class WorkError(RuntimeError):
    """The request was right and the work failed; the message is one line that says what happened.

    The command line prints the message and exits with code 1.
    """
