"""Pictures of one style."""

import pytest
from langzoo.zoo.picture import FORMATS, picture_of


def line(figure):
    figure.add_subplot().set_title("猫 é").axes.plot([3, 1, 2])


@pytest.mark.parametrize(("format", "start"), zip(FORMATS, (b"\x89PNG", b"<?xml", b"%PDF"), strict=True))
def test_the_same_drawing_is_the_same_file(format, start):
    first, second = (picture_of(line, size=(3, 2), text="猫 é", format=format) for _ in range(2))
    assert first == second and first.startswith(start)


def test_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match="png, svg, pdf"):
        picture_of(line, size=(3, 2), format="gif")
