"""Data sets of questions on texts that contain their answers."""

from .data_set import DataSet, register_data_set


@register_data_set("squad")
def squad() -> DataSet:
    """SQuAD 1.1: questions on Wikipedia, each with its answer (Rajpurkar et al. 2016)."""
    return DataSet(
        task="span_extractor", reader="squad", metric="squad_f1, exact_match", url="https://arxiv.org/abs/1606.05250"
    )


@register_data_set("squad2")
def squad2() -> DataSet:
    """SQuAD 2.0: half of the questions have no answer (Rajpurkar et al. 2018)."""
    return DataSet(
        task="span_extractor", reader="squad", metric="squad_f1, exact_match", url="https://arxiv.org/abs/1806.03822"
    )


@register_data_set("cmrc2018")
def cmrc2018() -> DataSet:
    """CMRC 2018: Chinese questions (Cui et al. 2019); answers one character off are taken from where they occur."""
    return DataSet(
        task="span_extractor",
        reader="squad",
        reader_options={"repair": True},
        metric="cmrc_f1, cmrc_exact_match",
        url="https://arxiv.org/abs/1810.07366",
    )
