"""TensorFlow without what it says about itself."""

import contextlib
import importlib.abc
import logging
import os
import sys
from collections.abc import Iterator

from ..layers.plain.without_remarks import without_remarks

LEVEL = "TF_CPP_MIN_LOG_LEVEL"
VERBOSE = ("0", "1")


def quiet_tensorflow() -> None:
    """Imports TensorFlow and looks for devices, without the dozen lines that the first of both writes.

    Those lines come from C++ before any log level is heeded, so standard error is turned away meanwhile; lines that are
    no known remarks are written afterwards. A user who sets TF_CPP_MIN_LOG_LEVEL to 0 or 1 sees all that it says.
    Every command that needs TensorFlow calls this before its imports.
    """
    if os.environ.get(LEVEL) in VERBOSE or "tensorflow" in sys.modules:
        return
    # 3 and not 2: as errors it remarks on what the processor lacks. True errors are Python exceptions too.
    os.environ[LEVEL] = "3"  # for processes that we start, too
    with _sign_of_life(), without_remarks(), _without_scikit_learn():
        import tensorflow as tf  # isort: skip  (first: an installation that lacks both is told of this one)
        import keras  # noqa: F401

        tf.config.list_physical_devices()  # where the driver is looked for
    import absl.logging

    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    absl.logging.set_verbosity(absl.logging.ERROR)


class _Missing(importlib.abc.MetaPathFinder):
    """Finds nothing and nobody else may look: scikit-learn is not there."""

    def find_spec(self, fullname, path=None, target=None):
        """See `importlib.abc.MetaPathFinder`."""
        if fullname.partition(".")[0] == "sklearn":
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


@contextlib.contextmanager
def _without_scikit_learn() -> Iterator[None]:
    """Keras imports it, and with it SciPy, for wrappers that no command uses; whoever measures imports it later."""
    finder = _Missing()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


@contextlib.contextmanager
def _sign_of_life() -> Iterator[None]:
    """A line on a terminal for the seconds of the import; it is wiped out afterwards."""
    if not sys.stderr.isatty():
        yield
        return
    sys.stderr.write("loading TensorFlow ...")
    sys.stderr.flush()
    try:
        yield
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
