"""Thousands of tests in one process: what costs time in all of them and shows nothing is left out."""

import gc
import sys


def pytest_collection_finish():
    if "tensorflow" in sys.modules:
        _forget_where_operations_were_made()
    # Memory is searched for garbage less often than Python would.
    gc.collect()
    gc.freeze()  # modules and tests, which stay
    gc.set_threshold(100_000, 20, 20)


def _forget_where_operations_were_made():
    """Most of the time goes into tracing, and a fifth of that into the Python stack that each operation remembers.

    Messages then lack "Detected at node ... defined at"; graphs are as ever.
    """
    from tensorflow.python.client import pywrap_tf_session  # private: there is no option for it
    from tensorflow.python.util import tf_stack  # private: as above

    pywrap_tf_session.TF_SetOpStackTrace = lambda operation, stack: None
    tf_stack.extract_stack = lambda stacklevel=1: None
