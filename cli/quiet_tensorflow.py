"""TensorFlow without what it says about itself."""

import logging
import os
import re
import sys
import tempfile

LEVEL = "TF_CPP_MIN_LOG_LEVEL"

# What a first import writes on every machine: remarks on the processor, and that there is no GPU.
_NOISE = re.compile(
    rb"WARNING: All log messages before absl|[IW]\d{4} |E\d{4} .*(cuInit|CUDA|cuDNN|cuBLAS|cuFFT)|"
    rb"To enable the following instructions|\d{4}-\d\d-\d\d [\d:.]+: [IW] "
)


def quiet_tensorflow() -> None:
    """Imports TensorFlow and looks for devices, without the dozen lines that the first of both writes.

    Those lines come from C++ before any log level is heeded, so standard error is turned away meanwhile; lines that are
    no known remarks are written afterwards. A user who sets TF_CPP_MIN_LOG_LEVEL sees all that TensorFlow says.
    Every command that needs TensorFlow calls this before its imports.
    """
    if LEVEL in os.environ or "tensorflow" in sys.modules:
        return
    # 3 and not 2: as errors it remarks on what the processor lacks. True errors are Python exceptions too.
    os.environ[LEVEL] = "3"  # for processes that we start, too
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with tempfile.TemporaryFile() as caught:
            os.dup2(caught.fileno(), 2)
            try:
                import tensorflow as tf

                tf.config.list_physical_devices()  # where the driver is looked for
            finally:
                sys.stderr.flush()
                os.dup2(kept, 2)
                caught.seek(0)
                for line in caught:
                    if not _NOISE.match(line):
                        os.write(2, line)
    finally:
        os.close(kept)
    import absl.logging

    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    absl.logging.set_verbosity(absl.logging.ERROR)
