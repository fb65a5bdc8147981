"""Log-probabilities of the tokens of a text, each masked in turn."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

BATCH_TOKENS = 8192  # in a batch, including padding
BATCH_ROWS = 256  # each of which is scored against the whole vocabulary


def scores_in_turn(model: Any, texts: tf.Tensor) -> list[dict[str, Any]]:
    """The result of `MaskedLM.score` for strings (B,): `tokens` and `log_probabilities` of each."""
    tokenizer = model.need_tokenizer()
    names = ("token_ids", "padding_mask", "masked_positions")
    specs = {name: tf.TensorSpec([None, None], tf.bool if name == "padding_mask" else tf.int32) for name in names}
    signature = [specs, tf.TensorSpec([None, None], tf.int32)]
    losses = model._graph(
        "score", lambda: tf.function(model.negative_log_likelihood, input_signature=signature, autograph=False)
    )
    found = hidden_in_turn(
        losses,
        tokenizer.tokenize(texts).numpy().tolist() if len(texts) else [],
        frame=(tokenizer.start_id, tokenizer.closing_id),
        mask_id=model.mask_id(),
        special_ids=tokenizer.special_ids,
        padding_id=tokenizer.padding_id,
        longest=model.packed_length,
    )
    return [{"tokens": [tokenizer.tokens[each] for each in ids], "log_probabilities": row} for ids, row in found]


def hidden_in_turn(
    score: Callable[[dict[str, np.ndarray], np.ndarray], Any],
    texts: Sequence[Sequence[int]],
    *,
    frame: tuple[int, int],
    mask_id: int,
    special_ids: Sequence[int],
    padding_id: int,
    longest: int,
) -> list[tuple[list[int], list[float]]]:
    """The tokens of each text except special ones, and log p of each given all others (Salazar et al. 2020).

    A text with more tokens than fit into a row is read in consecutive rows, none of which sees the others.

    Args:
        score: a function of `token_ids` int32 (R, T), `padding_mask`, `masked_positions` (R, 1), and the tokens (R, 1)
            at these positions that returns -log p (R, 1).
        texts: the ids of each text, without special tokens around them.
        frame: the tokens before and after a row.
        mask_id: the id of the mask token.
        special_ids: tokens that are read but not scored.
        padding_id: the id of the padding token.
        longest: the maximum number of tokens per row, including the frame.
    """
    rows = [
        (text, start, np.array([frame[0], *ids[start : start + longest - 2], frame[1]], np.int32))
        for text, ids in enumerate(texts)
        for start in range(0, len(ids), longest - 2)
    ]
    known = set(special_ids)
    places = [
        [place for place, token in enumerate(ids) if 0 < place < len(ids) - 1 and int(token) not in known]
        for _, _, ids in rows
    ]
    found: list[dict[int, float]] = [{} for _ in texts]
    for some in _batches(rows, places):
        wide = max(len(rows[row][2]) for row, _ in some)
        ids, mask = np.full((len(some), wide), padding_id, np.int32), np.zeros((len(some), wide), bool)
        targets = np.empty((len(some), 1), np.int32)
        for line, (row, place) in enumerate(some):
            own = rows[row][2]
            ids[line, : len(own)], mask[line, : len(own)] = own, True
            targets[line], ids[line, place] = own[place], mask_id
        masked = np.array([[place] for _, place in some], np.int32)
        losses = np.asarray(score({"token_ids": ids, "padding_mask": mask, "masked_positions": masked}, targets))[:, 0]
        for (row, place), loss in zip(some, losses.tolist(), strict=True):
            text, start, _ = rows[row]
            found[text][start + place - 1] = -loss
    return [
        ([ids[place] for place in sorted(scored)], [scored[place] for place in sorted(scored)])
        for ids, scored in zip(texts, found, strict=True)
    ]


def _batches(rows: Sequence[Any], places: Sequence[Sequence[int]]) -> Iterator[list[tuple[int, int]]]:
    """Batches of rows of similar length, with the masked position of each."""
    batch: list[tuple[int, int]] = []
    for row in sorted(range(len(rows)), key=lambda row: len(rows[row][2])):
        for place in places[row]:
            if batch and (len(batch) == BATCH_ROWS or (len(batch) + 1) * len(rows[row][2]) > BATCH_TOKENS):
                yield batch
                batch = []
            batch.append((row, place))
    if batch:
        yield batch
