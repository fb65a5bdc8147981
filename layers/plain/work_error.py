"""The exception for work that failed."""


class WorkError(RuntimeError):
    """The request was valid but the work failed; the message is one line that says what happened.

    The command line prints the message and exits with code 1.
    """
