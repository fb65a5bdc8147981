"""Importing TensorFlow without its startup messages."""

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
    """Imports TensorFlow and looks for devices, without the dozen lines that this prints.

    C++ code prints those lines before any log level is respected, so standard error is redirected meanwhile; lines that
    are not known remarks are printed afterwards. A user who sets TF_CPP_MIN_LOG_LEVEL to 0 or 1 sees everything.
    Every command that needs TensorFlow calls this before its imports.
    """
    if os.environ.get(LEVEL) in VERBOSE or "tensorflow" in sys.modules:
        return
    # 3 and not 2: it logs what the processor lacks as errors. Real errors are Python exceptions too.
    os.environ[LEVEL] = "3"  # also for the processes started here
    with _sign_of_life(), without_remarks(), _without_scikit_learn():
        import tensorflow as tf  # isort: skip  (first: an installation without both reports this one)
        import keras  # noqa: F401

        tf.config.list_physical_devices()  # this looks for the driver
    import absl.logging

    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    absl.logging.set_verbosity(absl.logging.ERROR)


class _Missing(importlib.abc.MetaPathFinder):
    """An import finder that hides scikit-learn, as if it were not installed."""

    def find_spec(self, fullname, path=None, target=None):
        """See `importlib.abc.MetaPathFinder`."""
        if fullname.partition(".")[0] == "sklearn":
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


@contextlib.contextmanager
def _without_scikit_learn() -> Iterator[None]:
    """Hides scikit-learn: Keras imports it and SciPy for wrappers that no command uses; they can import it later."""
    finder = _Missing()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


@contextlib.contextmanager
def _sign_of_life() -> Iterator[None]:
    """Shows a line on a terminal during the seconds of the import, and removes it afterwards."""
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
