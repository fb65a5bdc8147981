"""Evaluation of a mixture of models."""

import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from ...layers.plain.errors import UserError
from ...zoo.tasks import CausalLM
from ..data import TokenCorpus
from ..tasks import training_class
from ..training_config import TrainingConfig
from .mixture import checked_weights, mixture_loss, mixture_weights
from .mixture_evaluation import MixtureEvaluation
from .token_losses import CHUNK_TOKENS, token_losses
from .unigram_cache import UnigramCache

CACHE = "cache"
HELD_OUT_SHARE = 10
"""Without a held-out text, weights are estimated on the first tenth of the data, which is then not scored."""

Files = Sequence[Path | str]


def evaluate_mixture(
    models: Mapping[str, tuple[CausalLM, TrainingConfig]],
    data: Files,
    *,
    held_out: Files = (),
    weights: Sequence[float] | None = None,
    cache: tuple[int, float] | None = None,
    batch_size: int = 32,
    progress: Callable[[int], None] = lambda done: None,
) -> MixtureEvaluation:
    """Evaluates the predictions Σ λ_m p_m(x) for a text, with the weights that are best on another text.

    Args:
        models: name -> model and its training settings; all with the same vocabulary.
        data: files to score.
        held_out: files to estimate the weights on; if none, the first tenth of `data`, which is then not scored.
        weights: given weights, one per model and one for the cache; all of `data` is scored then.
        cache: size and decay of a `UnigramCache` over the text as another component; None for none.
        batch_size: maximum number of rows read in parallel.
        progress: called with the number of tokens done, over all models and texts.

    Raises:
        UserError: different vocabularies, invalid weights, a text of fewer than ten tokens, or models that split the
            text into different tokens.
    """
    names = [*models, *([CACHE] if cache else [])]
    used = None if weights is None else checked_weights(weights, names)
    _check_vocabularies(models)
    with tempfile.TemporaryDirectory(prefix="langzoo-", ignore_cleanup_errors=True) as place:
        scorer = _Scorer(models, Path(place), cache=cache, batch_size=batch_size, progress=progress)
        corpus, losses = scorer.losses(data, "data")
        where, count = "", 0
        if used is None:
            if held_out:
                other, own = scorer.losses(held_out, "held-out")
                where, count = ", ".join(map(str, held_out)), len(other)
            else:
                count = _first_part(corpus)
                own, losses = [each[:count] for each in losses], [each[count:] for each in losses]
                where = f"the first {count:,} tokens of the data, which are not scored"
            used = mixture_weights(own).tolist()
        loss, each, tokens = mixture_loss(losses, used)
        del losses
    return MixtureEvaluation(
        weights=dict(zip(names, used, strict=True)),
        losses=dict(zip(names, each, strict=True)),
        loss=loss,
        tokens=tokens,
        held_out=where,
        held_out_tokens=count,
    )


class _Scorer:
    """Computes the losses of every component of a mixture on a text, in files of a folder."""

    def __init__(self, models, place: Path, *, cache: tuple[int, float] | None, batch_size: int, progress):
        self._models, self._place, self._cache = models, place, cache
        self._batch_size, self._progress, self._done = batch_size, progress, 0
        if cache is not None:  # errors are raised before any model reads
            UnigramCache(cache[0], vocabulary_size=1, decay=cache[1])

    def losses(self, files: Files, name: str) -> tuple[TokenCorpus, list[np.ndarray]]:
        """Returns a text as tokens, and -log p of each by every model, and by the cache if there is one."""
        corpora, found = [], []
        for number, (model, training) in enumerate(self._models.values()):
            folder = self._place / f"{name}-{number}"
            folder.mkdir()
            learning = training_class(model.task)(training, config=model.config, tokenizer=model.need_tokenizer())
            corpora.append(learning.read(files, cache=folder))
            _check_same_tokens(list(self._models), corpora)
            report = lambda count, before=self._done: self._progress(before + count)  # noqa: E731
            options = {"folder": folder, "batch_size": self._batch_size, "progress": report}
            found.append(token_losses(model, corpora[-1], training=training, **options))
            self._done += len(corpora[-1])
        if self._cache is not None:
            size, decay = self._cache
            vocabulary = next(iter(self._models.values()))[0].need_tokenizer().vocabulary_size
            own = UnigramCache(size, vocabulary_size=vocabulary, decay=decay)
            found.append(_cache_losses(own, corpora[0], self._place / f"{name}.npy"))
        return corpora[0], found


def _cache_losses(cache: UnigramCache, corpus: TokenCorpus, path: Path) -> np.ndarray:
    """-log p of every token by the cache, infinite for tokens that are not in it; mapped from a file."""
    losses = np.lib.format.open_memmap(path, "w+", np.float32, (len(corpus),))
    with np.errstate(divide="ignore"):
        for start in range(0, len(corpus), CHUNK_TOKENS):
            stop = min(start + CHUNK_TOKENS, len(corpus))
            losses[start:stop] = -np.log(cache.read(np.asarray(corpus.tokens[start:stop])))
    return losses


def _first_part(corpus: TokenCorpus) -> int:
    """About a tenth of the tokens, up to the end of a line if there is one near."""
    if len(corpus) < HELD_OUT_SHARE:
        raise UserError(
            f"--data: {len(corpus)} tokens are too few to find weights on a tenth of them: give --held-out FILE, or "
            "--weights"
        )
    count = len(corpus) // HELD_OUT_SHARE
    ends = corpus.line_starts[(corpus.line_starts >= count) & (corpus.line_starts < min(2 * count, len(corpus)))]
    return int(ends[0]) if len(ends) else math.ceil(count)


def _check_vocabularies(models: Mapping[str, tuple[CausalLM, TrainingConfig]]) -> None:
    (first, (model, _)), *others = models.items()
    digest = model.need_tokenizer().digest
    for name, (other, _) in others:
        if other.need_tokenizer().digest != digest:
            raise UserError(
                f"--with {name}: its vocabulary differs from that of {first}, so their probabilities cannot be mixed; "
                f"train it with --tokenizer {first}/tokenizer"
            )


def _check_same_tokens(names: Sequence[str], corpora: Sequence[TokenCorpus]) -> None:
    first, last = corpora[0], corpora[-1]
    same = len(first) == len(last) and all(
        np.array_equal(first.tokens[start : start + CHUNK_TOKENS], last.tokens[start : start + CHUNK_TOKENS])
        for start in range(0, len(first), CHUNK_TOKENS)
    )
    if not same:
        raise UserError(
            f"--with {names[len(corpora) - 1]} splits the text differently from {names[0]}: train both with one "
            "data.arrangement"
        )
