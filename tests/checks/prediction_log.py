"""Reads `tensorflow.serving.PredictionLog` with protobuf and descriptors of its messages, as TF Serving does."""

import tensorflow as tf
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from tensorflow.core.framework import tensor_pb2

FIELD = descriptor_pb2.FieldDescriptorProto
# (message, field, number, type): from tensorflow_serving/apis/{model,predict,prediction_log}.proto.
FIELDS = [
    ("ModelSpec", "name", 1, "string"),
    ("ModelSpec", "signature_name", 3, "string"),
    ("Input", "key", 1, "string"),
    ("Input", "value", 2, "bytes"),
    ("PredictRequest", "model_spec", 1, "ModelSpec"),
    ("PredictRequest", "inputs", 2, "repeated Input"),
    ("PredictLog", "request", 1, "PredictRequest"),
    ("PredictionLog", "predict_log", 6, "PredictLog"),
]


def _prediction_log_class():
    file = descriptor_pb2.FileDescriptorProto(name="test.proto", package="test", syntax="proto3")
    messages = {}
    for message, name, number, kind in FIELDS:
        if message not in messages:
            messages[message] = file.message_type.add(name=message)
        repeated, kind = kind.startswith("repeated "), kind.removeprefix("repeated ")
        label = FIELD.LABEL_REPEATED if repeated else FIELD.LABEL_OPTIONAL
        scalar = {"string": FIELD.TYPE_STRING, "bytes": FIELD.TYPE_BYTES}.get(kind)
        field = messages[message].field.add(name=name, number=number, label=label, type=scalar or FIELD.TYPE_MESSAGE)
        if scalar is None:
            field.type_name = f".test.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("test.PredictionLog"))


def read_prediction_log(data):
    """The request that was logged: `name`, `signature` and `inputs`, name -> array."""
    log = _prediction_log_class().FromString(data)
    request = log.predict_log.request
    inputs = {entry.key: tf.make_ndarray(tensor_pb2.TensorProto.FromString(entry.value)) for entry in request.inputs}
    return {"name": request.model_spec.name, "signature": request.model_spec.signature_name, "inputs": inputs}
