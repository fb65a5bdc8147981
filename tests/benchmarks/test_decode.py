import pytest

from benchmarks.decode import NEW_TOKENS, same_text
from benchmarks.worker import median_ratio


def written(*, parts_at=NEW_TOKENS, off_by=0.0, length=NEW_TOKENS):
    tokens = ["a" if step < parts_at else "b" for step in range(length)]
    return {"tokens": tokens, "log_probabilities": [-1.0 + off_by] * length}


def test_counts_the_tokens_before_two_texts_part():
    rows = list(same_text({"litert-float32": written(), "torch": written(parts_at=5)}))
    assert [row[1] for row in rows] == [f"5 of {NEW_TOKENS} tokens, log-probabilities to 0e+00"]


@pytest.mark.parametrize(
    ("peer", "message"), [(written(off_by=0.01), "another model"), (written(length=3), "wrote 3 tokens")]
)
def test_refuses_a_peer_that_does_something_else(peer, message):
    with pytest.raises(RuntimeError, match=message):
        list(same_text({"litert-float32": written(), "torch": peer}))


def test_int8_may_differ():
    assert len(list(same_text({"litert-float32": written(), "litert-int8": written(off_by=0.01)}))) == 1


def test_ratios_are_taken_within_the_rounds():
    # The machine was three times as slow in the second round, for both.
    assert median_ratio([300.0, 100.0, 300.0], [100.0, 40.0, 150.0]) == 2.5
