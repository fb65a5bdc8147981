import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from langzoo.zoo.export.embedding_lookups import with_embedding_lookups


class Tied(tf.Module):
    """A table that is looked up and the matrix of a product; rows of very unlike size."""

    def __init__(self):
        super().__init__()
        rows = np.random.default_rng(0).normal(size=(64, 32)) * np.logspace(-3, 0, 64)[:, np.newaxis]
        self.table = tf.Variable(rows.astype(np.float32))
        self.other = tf.Variable(rows[::-1].astype(np.float32))

    @tf.function(input_signature=[tf.TensorSpec((1, 3), tf.int32, name="ids")])
    def tied(self, ids):
        return {"rows": tf.gather(self.table, ids), "logits": tf.gather(self.table, ids)[0] @ tf.transpose(self.table)}

    @tf.function(input_signature=[tf.TensorSpec((1, 3), tf.int32, name="ids")])
    def alone(self, ids):
        return {"rows": tf.gather(self.other, ids) * 2.0}


def converted(module, folder):
    tf.saved_model.save(module, str(folder), signatures={"tied": module.tied, "alone": module.alone})
    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder), signature_keys=["tied", "alone"])
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    return converter.convert()


def test_a_tied_table_is_read_with_the_scales_of_its_rows(tmp_path):
    module = Tied()
    before = converted(module, tmp_path)
    after = with_embedding_lookups(before)
    assert len(after) < len(before)
    ids = np.array([[0, 1, 63]], np.int32)
    errors = {}
    for name, data in (("before", before), ("after", after)):
        interpreter = Interpreter(model_content=data)
        out = interpreter.get_signature_runner("tied")(ids=ids)
        errors[name] = np.abs(out["rows"][0] - module.table.numpy()[ids[0]]).max(axis=1)
        np.testing.assert_allclose(out["logits"], module.tied(ids)["logits"], atol=0.3)
        alone = interpreter.get_signature_runner("alone")(ids=ids)["rows"]
        np.testing.assert_allclose(alone, module.alone(ids)["rows"], atol=0.05)
    # Row 0 is a thousandth of row 63: one scale for all rounds it away.
    assert errors["before"][0] > 1e-3 > 1e-4 > errors["after"][0] and (errors["after"] <= errors["before"]).all()


def test_what_has_no_look_up_stays(tmp_path):
    module = tf.Module()
    module.matrix = tf.Variable(np.ones((64, 64), np.float32))
    call = tf.function(lambda x: {"y": x @ module.matrix}, input_signature=[tf.TensorSpec((1, 64), name="x")])
    tf.saved_model.save(module, str(tmp_path), signatures={"call": call})
    converter = tf.lite.TFLiteConverter.from_saved_model(str(tmp_path))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    data = converter.convert()
    assert with_embedding_lookups(data) is data
