"""Standard error without the startup messages of C++ libraries."""

import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator

# Messages of a first import or a first model on every machine: remarks on the processor, and that there is no GPU.
_NOISE = re.compile(
    rb"WARNING: All log messages before absl|[IW]\d{4} |E\d{4} .*(cuInit|CUDA|cuDNN|cuBLAS|cuFFT)|"
    rb"To enable the following instructions|\d{4}-\d\d-\d\d [\d:.]+: [IW] |INFO: Created TensorFlow Lite"
)


@contextlib.contextmanager
def without_remarks() -> Iterator[None]:
    """Redirects standard error meanwhile; lines that are not known remarks are printed afterwards."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with tempfile.TemporaryFile() as caught:
            os.dup2(caught.fileno(), 2)
            try:
                yield
            finally:
                sys.stderr.flush()
                os.dup2(kept, 2)
                caught.seek(0)
                for line in caught:
                    if not _NOISE.match(line):
                        os.write(2, line)
    finally:
        os.close(kept)
