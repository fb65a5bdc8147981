from langzoo.layers.plain.text.spelling_table import CHARACTERS, spelling_table


def test_bytes_between_a_start_and_an_end():
    table = spelling_table(["a", "猫", "abcd", ""], rows=5, columns=5)
    cat = [3 + byte for byte in "猫".encode()]
    assert table.tolist() == [[1, 100, 2, 0, 0], [1, *cat, 2], [1, 100, 101, 102, 2], [1, 2, 0, 0, 0], [0] * 5]
    assert table.max() < CHARACTERS
