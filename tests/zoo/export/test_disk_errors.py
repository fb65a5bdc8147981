import errno

import pytest
import tensorflow as tf
from langzoo.zoo.disk_errors import disk_errors


def test_a_full_disk_is_an_os_error():
    with pytest.raises(OSError, match="No space left on device") as caught, disk_errors():
        raise tf.errors.ResourceExhaustedError(None, None, "a/variables; No space left on device [Op:SaveV2]")
    assert caught.value.errno == errno.ENOSPC


@pytest.mark.parametrize(
    "error", [tf.errors.ResourceExhaustedError(None, None, "OOM when allocating"), ValueError("other")]
)
def test_other_errors_stay_what_they_are(error):
    with pytest.raises(type(error)) as caught, disk_errors():
        raise error
    assert caught.value is error
