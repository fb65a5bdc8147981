import pytest
from langzoo.zoo.export import ExportError
from langzoo.zoo.export.compare_export import largest_difference

INF = float("inf")


def test_the_largest_difference():
    assert largest_difference("x", [1.0, -INF, 3.0], [1.0, -INF, 3.5], tolerance=1) == 0.5
    assert largest_difference("x", [], [], tolerance=1) == 0
    # Absolute up to 1, relative above.
    assert largest_difference("x", [1000.0], [1001.0], tolerance=0.01) == 1


@pytest.mark.parametrize(
    ("exported", "live", "message"),
    [
        ([1.0, 2.0], [1.0, 2.3], r"x differ from the live model's by up to 0\.3; 0\.1 is allowed"),
        ([0.5], [0.39], "by up to 0.11"),
        ([float("nan")], [1.0], "differ"),
        ([1.0], [float("nan")], "differ"),
        ([-INF], [0.0], "by up to inf"),
        ([0.0], [INF], "by up to inf"),
        ([[1.0]], [1.0], r"x: shape \(1, 1\) exported, \(1,\) live"),
    ],
)
def test_too_large_a_difference(exported, live, message):
    with pytest.raises(ExportError, match=message):
        largest_difference("x", exported, live, tolerance=0.1)
