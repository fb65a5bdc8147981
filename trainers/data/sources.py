"""Which batches a model is measured on."""

from .batch_source import BatchSource
from .line_source import LineSource
from .segment_source import SEGMENT_TOKENS, SegmentSource
from .token_corpus import TokenCorpus


def evaluation_source(
    corpus: TokenCorpus, *, batch_size: int, arrangement: str = "stream", multiple_of: int = 1
) -> BatchSource:
    """Every token of a text once, as the model was trained to read it.

    Args:
        corpus: the text.
        batch_size: rows side by side at most.
        arrangement: of the training. Models trained on "lines" start every line anew; the others read on.
        multiple_of: what the number of rows is rounded up to a multiple of, the number of replicas.
    """
    if arrangement == "lines":
        rows = -(-batch_size // multiple_of) * multiple_of
        return LineSource(corpus, batch_size=rows, sequence_length=SEGMENT_TOKENS, seed=None)
    return SegmentSource(corpus, batch_size=batch_size, multiple_of=multiple_of)
