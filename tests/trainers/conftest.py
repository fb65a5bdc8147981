import pytest


@pytest.fixture(scope="session")
def text(tmp_path_factory):
    """A thousand short lines with a pattern in them."""
    path = tmp_path_factory.mktemp("text") / "text.txt"
    path.write_text("".join(f"{'ab' * (i % 7)} line {i % 10} 猫\n" for i in range(1000)), encoding="utf-8")
    return path
