import numpy as np
import pytest
import tensorflow as tf
from langzoo.layers.carried_state import CarriedState


def make():
    return CarriedState({"h": tf.zeros((3, 2)), "place": tf.zeros((3,), tf.int32)})


FULL = {"h": np.arange(6, dtype=np.float32).reshape(3, 2), "place": np.array([7, 8, 9], np.int32)}


def arrays(state):
    return {name: np.asarray(value).tolist() for name, value in state.items()}


def test_reads_what_was_written_and_zeros_where_a_text_starts():
    carried = make()
    assert arrays(carried.read()) == {"h": [[0, 0]] * 3, "place": [0] * 3}
    carried.write(FULL)
    assert arrays(carried.read()) == arrays(FULL)
    restarted = carried.read(restart=tf.constant([False, True, False]))
    assert arrays(restarted) == {"h": [[0, 1], [0, 0], [4, 5]], "place": [7, 0, 9]}
    assert arrays(carried.read()) == arrays(FULL)  # reading keeps it


def test_nan_of_an_old_text_does_not_reach_a_new_one():
    carried = CarriedState({"h": tf.zeros((1, 1))})
    carried.write({"h": [[np.nan]]})
    assert arrays(carried.read(restart=tf.constant([True]))) == {"h": [[0.0]]}


def test_works_in_a_graph():
    carried = make()

    @tf.function
    def step():
        state = carried.read(tf.constant([True, False, False]))
        carried.write({name: value + 1 for name, value in state.items()})

    step()
    step()
    assert arrays(carried.read())["place"] == [1, 2, 2]


def test_arrays_go_out_and_in_again():
    carried, other = make(), make()
    carried.write(FULL)
    other.from_arrays(carried.to_arrays())
    assert arrays(other.read()) == arrays(FULL)
    carried.reset()
    assert arrays(carried.to_arrays()) == {"h": [[0, 0]] * 3, "place": [0] * 3}
    assert arrays(other.read()) == arrays(FULL)


def test_arrays_of_another_batch_size_do_not_fit():
    with pytest.raises(ValueError):
        make().from_arrays({"h": np.zeros((2, 2), np.float32), "place": np.zeros(2, np.int32)})


def test_nothing_to_carry():
    carried = CarriedState({})
    assert not carried and make()
    carried.write({})
    carried.reset()
    assert carried.read(tf.constant([True])) == {} == carried.to_arrays()
