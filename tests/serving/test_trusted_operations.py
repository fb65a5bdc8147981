import pytest
import tensorflow as tf
from langzoo.layers.plain.errors import UserError
from langzoo.serving.trusted_operations import _called, check_operations
from tensorflow.core.protobuf import saved_model_pb2


def saved(folder, function):
    module = tf.Module()
    module.weight = tf.Variable(2.0)
    module.serve = tf.function(function, input_signature=[tf.TensorSpec((), tf.string)])
    tf.saved_model.save(module, str(folder), signatures=module.serve)
    return folder


def writes(text):
    tf.io.write_file("a file", text)
    return {"text": text}


def reads_in_a_branch(text):
    return {"text": tf.cond(tf.equal(text, ""), lambda: tf.io.read_file("/etc/passwd"), lambda: text)}


def calls_python(text):
    return {"text": tf.py_function(lambda each: each, [text], tf.string)}


def prints(text):
    tf.print(text)
    return {"text": text}


def loads_a_table_from_a_file(folder):
    path = folder.parent / "words.txt"
    path.write_text("a\nb\n")
    source = tf.lookup.TextFileInitializer(
        str(path), tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER
    )
    module = tf.Module()
    module.table = tf.lookup.StaticHashTable(source, -1)
    module.serve = tf.function(
        lambda text: {"id": module.table.lookup(text)}, input_signature=[tf.TensorSpec((), tf.string)]
    )
    tf.saved_model.save(module, str(folder), signatures=module.serve)
    return folder


@pytest.mark.parametrize(
    ("function", "operation"),
    [(writes, "WriteFile"), (reads_in_a_branch, "ReadFile"), (calls_python, "EagerPyFunc"), (prints, "PrintV2")],
)
def test_a_program_that_does_more_than_compute(tmp_path, function, operation):
    with pytest.raises(UserError, match=f"{operation}.*--trust"):
        check_operations(saved(tmp_path / "model", function))


def test_what_is_done_when_it_is_loaded_counts_too(tmp_path):
    with pytest.raises(UserError, match="InitializeTableFromTextFileV2"):
        check_operations(loads_a_table_from_a_file(tmp_path / "model"))


def test_saving_and_restoring_of_variables_does_not(tmp_path):
    check_operations(saved(tmp_path / "model", lambda text: {"text": tf.strings.lower(text)}))


def test_not_a_saved_model(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"\xff\xff\xff")
    with pytest.raises(UserError, match="contains no SavedModel"):
        check_operations(tmp_path)


def altered(folder, change):
    path = folder / "saved_model.pb"
    model = saved_model_pb2.SavedModel.FromString(path.read_bytes())
    change(model)
    path.write_bytes(model.SerializeToString())
    return folder


def saves(text):
    tf.raw_ops.SaveV2(prefix=text, tensor_names=["a"], shape_and_slices=[""], tensors=[tf.constant(1.0)])
    return {"text": text}


def forget(model):
    """An object's function that the table of functions leaves out is restored all the same."""
    model.meta_graphs[0].object_graph_def.concrete_functions.clear()


@pytest.mark.parametrize("change", [lambda model: None, forget], ids=["listed", "unlisted"])
@pytest.mark.parametrize(("function", "operation"), [(writes, "WriteFile"), (saves, "SaveV2")])
def test_a_signature_cannot_pass_for_the_saver(tmp_path, function, operation, change):
    """Its node has the name of the one that restores; whoever loads the model calls it by its object."""

    def hidden(model):
        (graph,) = model.meta_graphs
        calls = {node.name: _called(node) for node in graph.graph_def.node}
        (name,) = [name for name, called in calls.items() if any("signature_wrapper" in each for each in called)]
        graph.saver_def.restore_op_name = name
        change(model)

    folder = altered(saved(tmp_path / "model", function), hidden)
    with pytest.raises(UserError, match=f"{operation}.*--trust"):
        check_operations(folder)


def test_a_saver_does_no_more_than_save(tmp_path):
    """Even one that nothing else calls."""

    def more(model):
        graph = model.meta_graphs[0]
        restores = next(node for node in graph.graph_def.node if node.name == graph.saver_def.restore_op_name)
        called = _called(restores)
        (function,) = [each for each in graph.graph_def.library.function if each.signature.name in called]
        function.node_def.add(name="more", op="WriteFile")

    with pytest.raises(UserError, match=r"WriteFile.*--trust"):
        check_operations(altered(saved(tmp_path / "model", lambda text: {"text": text}), more))


def test_a_model_without_objects_is_none_of_ours(tmp_path):
    folder = saved(tmp_path / "model", lambda text: {"text": text})
    altered(folder, lambda model: model.meta_graphs[0].ClearField("object_graph_def"))
    with pytest.raises(UserError, match="is not a SavedModel as TensorFlow 2 writes it"):
        check_operations(folder)


def test_two_graphs_are_none_of_ours(tmp_path):
    folder = saved(tmp_path / "model", lambda text: {"text": text})
    altered(folder, lambda model: model.meta_graphs.add().CopyFrom(model.meta_graphs[0]))
    with pytest.raises(UserError, match="is not a SavedModel as TensorFlow 2 writes it"):
        check_operations(folder)
