"""The contract that every layer of ours keeps, so that a layer's own test is about its own maths."""

import json
import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

TOLERANCE = 1e-5


def check_layer(
    make_layer,
    inputs,
    *,
    call_kwargs=None,
    mixed_precision=True,
    xla=True,
    dynamic=True,
    batch_independent=True,
    always_float32=(),
):
    """Checks one layer on one batch.

    Args:
        make_layer: makes the layer, without arguments; called again under another dtype policy.
        inputs: the layer's first argument: an array, or a nest of arrays that all start with the batch dimension (at
            least 2).
        call_kwargs: further arguments of the call, the same in all calls. They are not split by batch.
        mixed_precision: whether float outputs are bfloat16 under mixed_bfloat16; False for what is always float32.
        xla: whether the layer compiles.
        dynamic: whether the batch size may be unknown when tracing.
        batch_independent: whether a row's output does not change with the rows beside it.
        always_float32: names of outputs that stay float32 under mixed_bfloat16.

    Returns:
        The layer, built, and its outputs as NumPy arrays.
    """
    inputs = keras.tree.map_structure(np.asarray, inputs)
    kwargs = call_kwargs or {}
    layer = make_layer()
    outputs = _numpy(layer(inputs, **kwargs))
    check_graph(layer, inputs, outputs, kwargs, xla=xla, dynamic=dynamic)
    check_config(layer)
    check_weights_travel(layer, inputs, outputs, kwargs)
    if batch_independent:
        check_batch_independence(layer, inputs, outputs, kwargs)
    if mixed_precision:
        check_mixed_precision(make_layer, inputs, outputs, kwargs, always_float32)
    return layer, outputs


def check_graph(layer, inputs, outputs, kwargs, *, xla, dynamic):
    """The same numbers in eager mode, as a graph, as a graph of unknown batch size, and compiled."""

    def call(x):
        return layer(x, **kwargs)

    assert_close(tf.function(call)(inputs), outputs, "as a tf.function")
    if dynamic:
        spec = keras.tree.map_structure(lambda x: tf.TensorSpec((None, *x.shape[1:]), x.dtype), inputs)
        assert_close(
            tf.function(call, input_signature=[spec], autograph=False)(inputs), outputs, "with an unknown batch size"
        )
    # cuDNN's kernels do not compile. Private: Keras asks in this way which layers do.
    compiles = all(each.supports_jit for each in layer._flatten_layers())
    if xla and (compiles or not tf.config.list_physical_devices("GPU")):
        assert_close(tf.function(call, jit_compile=True, autograph=False)(inputs), outputs, "compiled by XLA")


def check_config(layer):
    """The configuration is JSON, names all that the constructor wants, and is registered under our name."""
    name = type(layer).__name__
    config = layer.get_config()
    json.dumps(keras.saving.serialize_keras_object(layer))
    twin = type(layer).from_config(config)
    assert twin.get_config() == config, f"{name}: get_config changes on its way through from_config"
    registered = keras.saving.get_registered_name(type(layer))
    assert registered == f"langzoo>{name}", f"{name} is registered as {registered!r}, not as 'langzoo>{name}'"


def check_weights_travel(layer, inputs, outputs, kwargs):
    """With the layer's weights, a twin from its configuration and a model from a `.keras` file give its outputs."""
    twin = type(layer).from_config(layer.get_config())
    twin(inputs, **kwargs)
    weights = [[(w.path.split("/", 1)[-1], tuple(w.shape)) for w in each.weights] for each in (layer, twin)]
    assert weights[0] == weights[1], f"the twin's weights are {weights[1]}, the layer's {weights[0]}"
    twin.set_weights(layer.get_weights())
    assert_close(twin(inputs, **kwargs), outputs, "from a twin with the same weights")

    symbolic = keras.tree.map_structure(lambda x: keras.Input(x.shape[1:], dtype=x.dtype), inputs)
    model = keras.Model(symbolic, layer(symbolic, **kwargs))
    assert_close(_saved_and_loaded(model)(inputs), outputs, "from a model that was saved and loaded")


def _saved_and_loaded(model):
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "model.keras"
        model.save(path)
        return keras.saving.load_model(path)


def check_batch_independence(layer, inputs, outputs, kwargs):
    """Every row alone gives what it gives among the others."""
    size = len(keras.tree.flatten(inputs)[0])
    assert size > 1, "batch independence needs a batch of at least 2"
    for i in range(size):
        row = slice(i, i + 1)
        alone = layer(keras.tree.map_structure(lambda x, row=row: x[row], inputs), **kwargs)
        assert_close(alone, keras.tree.map_structure(lambda x, row=row: x[row], outputs), f"for row {i} alone")


def check_mixed_precision(make_layer, inputs, outputs, kwargs, always_float32):
    """Under mixed_bfloat16 floats come out finite, as bfloat16 and in the same shapes; weights stay float32."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        layer = make_layer()
        mixed = layer(inputs, **kwargs)
    finally:
        keras.config.set_dtype_policy(before)
    keras.tree.assert_same_structure(mixed, outputs)
    if always_float32:
        mixed, outputs = (
            {name: value for name, value in each.items() if name not in always_float32} for each in (mixed, outputs)
        )
    for tensor, expected in zip(keras.tree.flatten(mixed), keras.tree.flatten(outputs), strict=True):
        assert tensor.shape == expected.shape, f"shape {tensor.shape} under mixed_bfloat16, {expected.shape} without"
        if np.issubdtype(expected.dtype, np.floating):
            assert tensor.dtype == tf.bfloat16, f"{tensor.dtype.name} under mixed_bfloat16, not bfloat16"
            finite = np.isfinite(tf.cast(tensor, tf.float32).numpy())
            assert finite.all(), f"{(~finite).sum()} values of {finite.size} are not finite under mixed_bfloat16"
    for weight in layer.trainable_weights:
        assert weight.dtype == "float32", f"{weight.path} is {weight.dtype} under mixed_bfloat16, not float32"


def assert_close(actual, expected, where, tolerance=TOLERANCE):
    """Two nests of tensors are equal to the tolerance, absolute and relative; the message says where they are not."""
    actual, expected = _numpy(actual), _numpy(expected)
    keras.tree.assert_same_structure(actual, expected)
    paths = [path for path, _ in keras.tree.flatten_with_path(expected)]
    for path, a, e in zip(paths, keras.tree.flatten(actual), keras.tree.flatten(expected), strict=True):
        name = f"output {'.'.join(map(str, path))}" if path else "the output"
        np.testing.assert_allclose(
            a, e, rtol=tolerance, atol=tolerance, err_msg=f"{name} is another one {where} than in eager mode"
        )
        assert a.dtype == e.dtype, f"{name} is {a.dtype} {where}, {e.dtype} in eager mode"


def _numpy(nest):
    return keras.tree.map_structure(lambda x: np.asarray(keras.ops.convert_to_numpy(x)), nest)
