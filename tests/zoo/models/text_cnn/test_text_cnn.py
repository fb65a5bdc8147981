import numpy as np
from langzoo import zoo


def test_filters_are_sums_over_windows_and_the_greatest_counts():
    """Kim 2014, equations 2 to 4: c = relu(w · x[i:i+h] + b), the greatest c of a filter, a softmax layer."""
    model = zoo.create("text_cnn_tiny", embedding_dim=4, num_filters=3, filter_widths=(3,))
    ids = np.array([[7, 8, 9, 10]], np.int32)
    x = np.pad(model.backbone.token_embedding(ids).numpy()[0], [(1, 1), (0, 0)])  # a text's ends are zeros
    (convolution,) = model.backbone.convolutions
    kernel, bias = (weight.numpy() for weight in (convolution.kernel, convolution.bias))
    features = np.stack([np.maximum((x[i : i + 3, :, None] * kernel).sum((0, 1)) + bias, 0) for i in range(4)])
    expected = model.head(features.max(0)[None])
    np.testing.assert_allclose(model({"token_ids": ids})["logits"], expected, atol=1e-5)


def test_padding_counts_nothing_and_weights_are_counted():
    model = zoo.create("text_cnn_tiny", options={"labels": ["a", "b", "c"]})
    ids = np.array([[7, 8, 9, 10]], np.int32)
    plain = model({"token_ids": ids})["logits"]
    padded = {"token_ids": np.pad(ids, [(0, 0), (0, 3)], constant_values=5), "padding_mask": np.arange(7)[None] < 4}
    np.testing.assert_allclose(model(padded)["logits"], plain, atol=1e-6)
    assert model.count_params() == model.config.parameter_count(num_classes=3)
