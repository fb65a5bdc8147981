"""CLUE (Xu et al. 2020, arXiv:2004.05986) in its JSON lines."""

from .data_set import DataSet, register_data_set

URL = "https://www.cluebenchmarks.com"


@register_data_set("tnews")
def tnews() -> DataSet:
    """TNEWS: 15 kinds of Chinese news titles."""
    columns = {"text": "sentence", "label": "label_desc"}
    return DataSet(task="text_classifier", reader="jsonl", metric="accuracy", columns=columns, url=URL)


@register_data_set("ocnli")
def ocnli() -> DataSet:
    """OCNLI: Chinese inference; pairs without a majority (label `-`) are skipped."""
    return DataSet(
        task="text_classifier",
        reader="jsonl",
        metric="accuracy",
        columns={"text": "sentence1", "pair": "sentence2"},
        labels=("entailment", "neutral", "contradiction"),
        drop_labels=("-",),
        url=URL,
    )


@register_data_set("cluener")
def cluener() -> DataSet:
    """CLUENER: ten kinds of entities in Chinese news, by characters."""
    return DataSet(task="token_tagger", reader="cluener", metric="span_f1", url=URL)
