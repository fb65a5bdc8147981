import pytest
import tensorflow as tf
from langzoo.layers.open_shape import shape_like


@pytest.mark.parametrize(
    ("known", "constant"),
    [((2, 3, 8), [2, 3, 4, 2]), ((None, 3, 8), [-1, 3, 4, 2]), ((2, None, 8), [2, -1, 4, 2]), ((None, None, 8), None)],
)
def test_it_is_a_constant_where_at_most_one_size_is_open(known, constant):
    found = []

    @tf.function(input_signature=[tf.TensorSpec(known)])
    def part(x):
        found.append(shape_like(x, 2, 4, 2))
        return tf.reshape(x, found[-1])

    for rows in ((2, 3), (0, 3)) if known[0] is None else ((2, 3),):
        assert part(tf.zeros((*rows, 8))).shape == (*rows, 4, 2)
    assert found == [constant] if constant else tf.is_tensor(found[0])
