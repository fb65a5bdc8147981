"""The exception that stands for a mistake of the user's."""


class UserError(ValueError):
    """The request was wrong; the message is one line that says how to mend it.

    The command line prints the message and exits with code 2. Everything else that is raised is a defect, a failed
    piece of work (`WorkError`) or a failure of the machine.

    Example:
        >>> raise UserError("--steps must be at least 1, not 0")
        Traceback (most recent call last):
        ...
        layers.plain.errors.UserError: --steps must be at least 1, not 0
    """
