"""Import of ARPA files."""

import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from .foreign.read_arpa import read_arpa
from .import_remark import ImportRemark

if TYPE_CHECKING:
    from .tasks import CausalLM


def import_arpa(path: Path) -> "CausalLM":
    """Imports the back-off model of an ARPA file, with a tokenizer of its words that splits at white space.

    Raises:
        UserError: see `read_arpa`.
    """
    from ..layers.text import WordTokenizer
    from .backoff_lm import backoff_lm
    from .models.ngram import BackoffConfig

    found, words, has_unknown = read_arpa(path)
    if not has_unknown:
        what = "it has no <unk>: a word outside its vocabulary has the probability 10^-99"
        warnings.warn(ImportRemark(what), stacklevel=2)
    config = BackoffConfig(vocabulary_size=len(words), order=found.trie.order, smoothing="imported")
    name = re.sub(r"(\.arpa|\.lm)?(\.gz)?$", "", path.resolve().name)
    return backoff_lm(
        config, found, name=re.sub(r"[^\w.-]+", "_", name).strip("._") or "imported", tokenizer=WordTokenizer(words)
    )
