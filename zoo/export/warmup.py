"""Warm-up requests that TF Serving sends to a model while loading it, so that the first user does not wait."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tensorflow as tf

WARMUP_FILE = "assets.extra/tf_serving_warmup_requests"


def write_warmup_requests(path: Path, name: str, requests: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Writes a TFRecord file of `tensorflow.serving.PredictionLog` messages.

    Args:
        path: the file; TF Serving looks for `assets.extra/tf_serving_warmup_requests`.
        name: the name of the model.
        requests: pairs of the name of a signature and its inputs, name -> tensor.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tf.io.TFRecordWriter(str(path)) as writer:
        for signature, inputs in requests:
            writer.write(prediction_log(name, signature, inputs))


def prediction_log(name: str, signature: str, inputs: Mapping[str, Any]) -> bytes:
    """Serializes one `PredictionLog`.

    It is encoded by hand: nested messages and strings have the same wire format, and eight field numbers are not worth
    a dependency on tensorflow-serving-api. They are those of prediction_log.proto, predict.proto and
    model.proto in github.com/tensorflow/serving, under tensorflow_serving/apis.

    Example:
        >>> prediction_log("m", "score", {}).hex()
        '320e0a0c0a0a0a016d1a0573636f7265'
    """
    model_spec = _field(1, name.encode()) + _field(3, signature.encode())  # ModelSpec: name, signature_name
    request = _field(1, model_spec)  # PredictRequest: model_spec
    for key, value in sorted(inputs.items()):
        tensor = tf.make_tensor_proto(value).SerializeToString()
        request += _field(2, _field(1, key.encode()) + _field(2, tensor))  # PredictRequest: inputs, a map
    return _field(6, _field(1, request))  # PredictionLog: predict_log; PredictLog: request


def _field(number: int, payload: bytes) -> bytes:
    """A field of bytes: its tag with wire type 2, its length, itself."""
    return _varint(number << 3 | 2) + _varint(len(payload)) + payload


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
