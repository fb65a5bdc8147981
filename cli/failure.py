"""Messages and exit codes of failed commands."""

import errno
import re
import sys
import traceback

from ..layers.plain.errors import UserError
from ..layers.plain.work_error import WorkError
from .printable_text import one_line

WRONG_REQUEST = 2
FAILED_WORK = 1
INTERRUPTED = 130  # 128 + SIGINT, as shells count

_FULL = (errno.ENOSPC, errno.EDQUOT)
_OF_THE_PLACE = (
    errno.EACCES,
    errno.EEXIST,
    errno.EIO,
    errno.EISDIR,
    errno.ELOOP,
    errno.ENAMETOOLONG,
    errno.ENOTDIR,
    errno.EPERM,
    errno.EROFS,
)


def report_failure(error: Exception) -> int:
    """Prints an exception to standard error and returns the exit code.

    A user's mistake, or a path that cannot be read or written, is reported in one line, with exit code 2; too little
    memory in one line, with exit code 1. Any other exception is a defect of langzoo: exit code 1 and the traceback.
    """
    known = explain(error)
    if known is not None:
        code, message = known
        say(message)
        return code
    traceback.print_exception(error)
    package = _package_at_fault(error)
    if package is not None:
        say(
            f"the package {package!r}, which brings models to langzoo, fails ({type(error).__name__}: {error}): report "
            "it to its authors with the lines above"
        )
        return FAILED_WORK
    say(f"this is a defect of langzoo, please report it with the lines above ({type(error).__name__}: {error})")
    return FAILED_WORK


def explain(error: Exception) -> tuple[int, str] | None:
    """Returns exit code and message of an exception; None if it is a defect of langzoo."""
    if isinstance(error, UserError):
        return WRONG_REQUEST, str(error)
    if type(error).__name__ == "ExportError":  # by name, since its module imports TensorFlow
        return FAILED_WORK, f"the export failed its checks and was removed: {error}"
    if isinstance(error, WorkError):
        return FAILED_WORK, str(error)
    if isinstance(error, ModuleNotFoundError) and (package := _left_out(error)):
        return WRONG_REQUEST, (
            f"this needs {package}, which is not installed here: pip install langzoo adds whatever is missing"
        )
    place = f"{error.filename}: " if isinstance(error, OSError) and error.filename else ""
    number = error.errno if isinstance(error, OSError) else None
    # TensorFlow and safetensors wrap the system's error and keep only its message.
    if number in _FULL or "No space left on device" in str(error):
        return WRONG_REQUEST, f"{place}the disk is full: free some space, or write somewhere else"
    if number == errno.EADDRINUSE:
        return WRONG_REQUEST, "the port is taken: choose another with --port"
    if number in (errno.EACCES, errno.EPERM):
        return WRONG_REQUEST, f"{place}permission denied: name a place that you may read and write"
    if isinstance(error, OSError) and number in _OF_THE_PLACE:
        return WRONG_REQUEST, f"{place}{error.strerror}: name another place"
    # By name, so that TensorFlow need not be imported.
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return FAILED_WORK, "out of memory: use a smaller batch size, shorter texts or a smaller model"
    return None


def _left_out(error: ModuleNotFoundError) -> str | None:
    """Returns the requirement of langzoo that is missing, if it was installed without some of them."""
    import importlib.metadata

    module = (error.name or "").partition(".")[0]
    try:
        required = importlib.metadata.requires("langzoo") or []
    except importlib.metadata.PackageNotFoundError:
        return None
    names = [re.split(r"[^\w.-]", requirement)[0] for requirement in required if "extra ==" not in requirement]
    return next((name for name in names if name.replace("-", "_") == module), None)


def _package_at_fault(error: Exception) -> str | None:
    """Returns the plug-in package in whose code, or in a call from it, an exception was raised."""
    from ..layers.plain.registry import outside_entry_points

    packages = {entry.module.partition(".")[0]: package for package, entry in outside_entry_points()}
    modules = [frame.f_globals.get("__name__") or "" for frame, _ in traceback.walk_tb(error.__traceback__)]
    return next((packages[top] for module in reversed(modules) if (top := module.partition(".")[0]) in packages), None)


def say(message: str) -> None:
    """Prints a line to standard error, after the program's name."""
    print(f"langzoo: {one_line(message)}", file=sys.stderr)
