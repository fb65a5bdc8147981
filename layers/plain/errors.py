"""The exception for mistakes of the user."""


class UserError(ValueError):
    """The request was wrong; the message is one line that says how to fix it.

    The command line prints the message and exits with code 2. All other exceptions are defects, failed work
    (`WorkError`) or failures of the machine.

    Example:
        >>> raise UserError("--steps must be at least 1, not 0")
        Traceback (most recent call last):
        ...
        layers.plain.errors.UserError: --steps must be at least 1, not 0
    """
