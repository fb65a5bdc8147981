import numpy as np
from langzoo.trainers.data import TokenCorpus, evaluation_source

LINES = [[5, 6, 1], [7, 1], [8, 9, 4, 1]]
TOKENS = np.array([token for line in LINES for token in line], np.int32)
CORPUS = TokenCorpus(TOKENS, np.array([0, 3, 5, 9]), 0, 0, end_id=1)


def test_lines_start_anew_and_a_stream_reads_on():
    lines = evaluation_source(CORPUS, batch_size=3, arrangement="lines").rows(0, 0, 3)
    assert lines["token_ids"][:, 0].tolist() == [1, 1, 1] and lines["start"].all()
    assert lines["targets"][lines["weights"] > 0].tolist() == TOKENS.tolist()
    stream = evaluation_source(CORPUS, batch_size=3).rows(0, 0, 1)
    assert stream["targets"][0, : len(TOKENS)].tolist() == TOKENS.tolist()


def test_rows_are_rounded_up_to_the_replicas():
    assert evaluation_source(CORPUS, batch_size=3, arrangement="lines", multiple_of=2).batch_size == 4
