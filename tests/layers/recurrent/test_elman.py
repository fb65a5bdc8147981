import numpy as np
import pytest
from langzoo.layers.recurrent import Elman

from tests.checks.layer import check_layer

INPUTS = np.random.default_rng(1).normal(size=(2, 5, 4)).astype(np.float32)


def test_contract():
    check_layer(lambda: Elman(3, return_sequences=True), INPUTS)


def test_equals_numpy():
    layer = Elman(3, return_sequences=True, return_state=True)
    layer.build((None, None, 4))
    random = np.random.default_rng(2)
    layer.set_weights([random.normal(size=w.shape) for w in layer.get_weights()])
    kernel, recurrent, bias = layer.get_weights()
    h, expected = np.ones((2, 3)), []
    mask = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0]], bool)
    for t in range(5):
        new = 1 / (1 + np.exp(-(INPUTS[:, t] @ kernel + h @ recurrent + bias)))
        h = np.where(mask[:, t, None], new, h)
        expected.append(h)
    outputs, last = layer(INPUTS, mask=mask, initial_state=[np.ones((2, 3), np.float32)])
    np.testing.assert_allclose(outputs, np.stack(expected, 1), atol=1e-5)
    np.testing.assert_allclose(last, h, atol=1e-5)


@pytest.mark.slow
def test_equals_torch():
    torch = pytest.importorskip("torch")
    ours = Elman(3, activation="tanh", return_sequences=True)
    ours.build((None, None, 4))
    kernel, recurrent, _ = ours.get_weights()
    theirs = torch.nn.RNN(4, 3, batch_first=True)
    with torch.no_grad():
        theirs.weight_ih_l0.copy_(torch.tensor(kernel.T))
        theirs.weight_hh_l0.copy_(torch.tensor(recurrent.T))
        theirs.bias_ih_l0.zero_()
        theirs.bias_hh_l0.zero_()
        expected, _ = theirs(torch.tensor(INPUTS))
    np.testing.assert_allclose(ours(INPUTS), expected.numpy(), atol=1e-5)
