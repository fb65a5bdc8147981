"""Thousands of tests in one process: its memory is searched for garbage less often than Python would."""

import gc


def pytest_collection_finish():
    gc.collect()
    gc.freeze()  # modules and tests, which stay
    gc.set_threshold(100_000, 20, 20)
