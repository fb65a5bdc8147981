"""Text as blocks with masked tokens."""

from collections.abc import Sequence

import numpy as np

from ...layers.plain.errors import UserError
from .batch_source import BatchSource
from .shuffled_order import ShuffledOrder
from .token_corpus import TokenCorpus

PIECE_TOKENS = 1 << 16


class MaskedSource(BatchSource):
    """Blocks of text between a start and an end token, with some tokens to be predicted (Devlin et al. 2019).

    The tokens are drawn again every time a block occurs, as a function of (seed, epoch, block), independent of the
    order of requests and the number of replicas (RoBERTa's dynamic masking, Liu et al. 2019, section 4.1).

    If the corpus has `unit_starts`, whole units are masked: units are added in random order while they fit into
    the budget (Devlin's whole-word masking of 2019). With `max_ngram` above 1, up to that many units in a row are
    masked, n of them with a probability proportional to 1/n (Lan et al. 2020, ALBERT, section 4.1), fewer if n do not
    fit. No unit extends over a special token, and so none over the end of a document. How a token is shown is drawn for
    each token, in units as well, as in the code of BERT, ALBERT and ERNIE.

    A batch contains `token_ids` int32 (B, T), `padding_mask` bool (B, T), `masked_positions` int32 (B, P), `targets`
    int32 (B, P), `weights` float32 (B, P), 0 if fewer than P tokens are predicted, and `start` bool (B,), always true.

    Args:
        corpus: the text.
        batch_size: blocks per batch, B.
        sequence_length: tokens per block, T, including the two around it; at least 3.
        frame: ids of the tokens before and after every block.
        mask_id: the mask token.
        vocabulary_size: size of the vocabulary that random tokens are drawn from.
        special_ids: ids that are neither predicted nor drawn.
        mask_rate: share of a block's tokens that are predicted, rounded, at least one.
        mask_share: share of those that are shown as the mask token.
        random_share: share of those that are shown as a random token; the rest is shown unchanged.
        max_ngram: maximum number of units that are masked in a row.
        seed: seed of the order and of the masks.
        shuffle: whether blocks come in random order; if not, a block's masks are the same in every epoch.

    Raises:
        UserError: the text has no token that can be predicted, or the shares sum to more than 1.
    """

    FRAME_TOKENS = 2
    """Number of tokens per row that are not part of the text."""

    LEAST_LENGTH = 3

    def __init__(
        self,
        corpus: TokenCorpus,
        *,
        batch_size: int,
        sequence_length: int,
        frame: tuple[int, int],
        mask_id: int,
        vocabulary_size: int,
        special_ids: Sequence[int] = (),
        mask_rate: float = 0.15,
        mask_share: float = 0.8,
        random_share: float = 0.1,
        max_ngram: int = 1,
        seed: int = 0,
        shuffle: bool = True,
    ):
        if sequence_length < self.LEAST_LENGTH:
            raise UserError(f"data.sequence_length must be at least {self.LEAST_LENGTH}, not {sequence_length}")
        if mask_share + random_share > 1:
            raise UserError(
                f"objective.mask_share {mask_share} and random_share {random_share} must not sum to more than 1"
            )
        self.corpus = corpus
        self.batch_size = batch_size
        self.sequence_length = sequence_length
        self._frame, self._mask_id = frame, mask_id
        self._content = sequence_length - self.FRAME_TOKENS
        self.predictions = max(1, round(mask_rate * self._content))
        self._rate, self._mask_share, self._random_share = mask_rate, mask_share, random_share
        self._special = np.array(sorted({*special_ids, mask_id, *frame}), np.int32)
        if not _holds_others(corpus.tokens, self._special):
            raise UserError("the text has no token in it that could be hidden: give more text")
        self._ordinary = np.setdiff1d(np.arange(vocabulary_size, dtype=np.int32), self._special)
        self._is_special = np.zeros(max(vocabulary_size, int(self._special[-1]) + 1), np.bool_)
        self._is_special[self._special] = True
        self._max_ngram = max_ngram
        self.num_blocks = self._count_blocks()
        self.steps_per_epoch = -(-self.num_blocks // batch_size)
        self._seed, self._shuffle = seed, shuffle
        self._order = ShuffledOrder(self.num_blocks, seed=seed if shuffle else None)

    @property
    def fields(self):
        """See `BatchSource.fields`."""
        tokens, asked = (self.sequence_length,), (self.predictions,)
        return {
            "token_ids": (np.int32, tokens),
            "padding_mask": (np.bool_, tokens),
            "masked_positions": (np.int32, asked),
            "targets": (np.int32, asked),
            "weights": (np.float32, asked),
            "start": (np.bool_, ()),
        }

    def rows(self, step, first, count):
        """See `BatchSource.rows`."""
        epoch, place = divmod(step, self.steps_per_epoch)
        rows = {name: np.zeros((count, *shape), dtype) for name, (dtype, shape) in self.fields.items()}
        rows["start"][:] = True
        rows["padding_mask"][:, 0] = True  # A fully masked row would not be a sequence.
        for row in range(count):
            index = place * self.batch_size + first + row
            if index < self.num_blocks:
                block = self._order.item(epoch, index)
                draw = np.random.default_rng([self._seed, 1, epoch if self._shuffle else 0, block])
                self._fill(rows, row, block, draw)
        return rows

    def _count_blocks(self) -> int:
        return -(-len(self.corpus) // self._content)

    def _fill(self, rows, row, block, draw):
        start, stop = block * self._content, min((block + 1) * self._content, len(self.corpus))
        self._hide(rows, row, [(start, stop)], draw)

    def _hide(self, rows, row, segments, draw):
        """Fills a row with ranges of the text, each closed by the end token, with some of their tokens masked."""
        tokens = self._framed(self.corpus.tokens, segments, self._frame).astype(np.int32)
        if self.corpus.unit_starts is None:
            asked = self._asked(tokens, draw)
        else:
            asked = self._asked_units(tokens, self._framed(self.corpus.unit_starts, segments, (True, True)), draw)
        rows["masked_positions"][row, : len(asked)] = asked
        rows["targets"][row, : len(asked)] = tokens[asked]
        rows["weights"][row, : len(asked)] = 1
        shown = draw.random(len(asked))
        tokens[asked[shown < self._mask_share]] = self._mask_id
        replaced = asked[(shown >= self._mask_share) & (shown < self._mask_share + self._random_share)]
        tokens[replaced] = draw.choice(self._ordinary, len(replaced))
        rows["token_ids"][row, : len(tokens)] = tokens
        rows["padding_mask"][row, : len(tokens)] = True

    @staticmethod
    def _framed(values, segments, frame):
        pieces = [part for start, stop in segments for part in (values[start:stop], frame[1:])]
        return np.concatenate([frame[:1], *pieces])

    def _asked(self, tokens, draw):
        """Positions of the tokens to predict, in order."""
        candidates = np.flatnonzero(~self._is_special[tokens])
        if not len(candidates):
            return candidates
        return np.sort(draw.choice(candidates, self._budget(len(candidates)), replace=False))

    def _asked_units(self, tokens, starts, draw):
        """Positions of the tokens to predict if whole units are masked."""
        ordinary = ~self._is_special[tokens]
        after_special = ordinary & ~np.append(False, ordinary[:-1])
        begins = np.flatnonzero(ordinary & (starts | after_special))
        if not len(begins):
            return begins
        # The last unit of a range is followed by a special token.
        stops = np.append(np.flatnonzero(~ordinary), len(tokens))
        ends = np.minimum(np.append(begins[1:], len(tokens)), stops[np.searchsorted(stops, begins)])
        budget, sizes = self._budget(int(ordinary.sum())), ends - begins
        shares = 1 / np.arange(1, self._max_ngram + 1)
        lengths = draw.choice(len(shares), len(begins), p=shares / shares.sum()) + 1
        free, left = bytearray(ordinary), budget  # which tokens of the row may be predicted
        firsts, lasts, lengths = begins.tolist(), ends.tolist(), lengths.tolist()
        for unit in draw.permutation(len(begins)).tolist():
            first = firsts[unit]
            # Tries the drawn number of units in a row, then fewer; the first that fits is taken.
            for end in reversed(lasts[unit : unit + lengths[unit]]):
                if end - first <= left and free.find(0, first, end) < 0:
                    free[first:end] = bytes(end - first)
                    left -= end - first
                    break
            if not left:
                break
        smallest = int(np.argmin(sizes))
        if left == budget and sizes[smallest] <= self.predictions:  # so that every row has a token to predict
            free[firsts[smallest] : lasts[smallest]] = bytes(int(sizes[smallest]))
        return np.flatnonzero(ordinary & ~np.frombuffer(free, np.bool_))

    def _budget(self, count):
        """The number of tokens to predict out of so many."""
        return min(max(1, round(self._rate * count)), self.predictions, count)


def _holds_others(tokens, special):
    """Whether any token is not among these; stops at the first piece that has one."""
    pieces = range(0, len(tokens), PIECE_TOKENS)
    return any(not np.isin(tokens[start : start + PIECE_TOKENS], special).all() for start in pieces)
