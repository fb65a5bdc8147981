"""Translation of TensorFlow's error for a full disk."""

import contextlib
import errno
import os
from collections.abc import Iterator


@contextlib.contextmanager
def disk_errors() -> Iterator[None]:
    """Raises TensorFlow's error for a full disk as an `OSError` with `errno.ENOSPC`, like every other writer.

    Example:
        >>> with disk_errors():
        ...     raise tf.errors.ResourceExhaustedError(None, None, "model.pb; No space left on device")
        Traceback (most recent call last):
        ...
        OSError: [Errno 28] No space left on device
    """
    import tensorflow as tf  # here, so that exporters can be listed without it

    try:
        yield
    except tf.errors.OpError as error:
        if "No space left on device" not in str(error):
            raise
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
