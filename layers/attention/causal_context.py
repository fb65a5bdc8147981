"""The causal context of one decoder call: masks, positions and the key-value cache."""

import functools

import tensorflow as tf

from ..masks import attention_bias, causal_mask

LENGTH = "length"


class CausalContext:
    """Positions, masks and key-value cache of one call of a decoder.

    The cache has one slot per position: row b has read `length[b]` tokens, whose keys and values are in the slots 0 to
    `length[b] - 1` of (B, K, S, d). New tokens are attended to in addition to the cache and written into it at the end,
    so that rows of unequal length need no other mask than the causal one, and padding (on the right) is never seen: it
    is not written to the cache.

    Args:
        token_ids: int (B, T), of which only the shape is used.
        state: the result of `empty_cache` or `state_after`, or None for texts that begin and end in this call.
        padding_mask: bool (B, T), False for the padding on the right; None if there is none.
        document_ids: int (B, T), equal for the tokens of a document, which are contiguous: documents in one row do not
            see one another, and the positions of each begin at 0. None if a row is one document; not with a state.
        max_sequence_length: number of positions of the model; texts that have ended but are kept in a batch stay on
            the last one.

    Attributes:
        positions: int32 (T,), or (B, T) where there is a state or there are documents.
        key_positions: int32 (T,), or (B, S + T): the slots of the cache, then the new tokens.

    Example:
        >>> state = empty_cache(1, batch_size=1, max_length=4, num_heads=1, head_dim=2)
        >>> context = CausalContext(tf.constant([[7, 8]]), state)
        >>> context.bias().numpy()[0, 0].astype(int).tolist()[0]
        [-1000000000, -1000000000, -1000000000, -1000000000, 0, -1000000000]
        >>> new = tf.ones((1, 1, 2, 2))
        >>> context.state_after([(new, new)])["length"].numpy()
        array([2], dtype=int32)
    """

    def __init__(self, token_ids, state=None, *, padding_mask=None, document_ids=None, max_sequence_length=None):
        if state and document_ids is not None:
            raise ValueError("CausalContext: document_ids are for rows that begin and end here, not for a state")
        self._state = state or None
        self._padding_mask = padding_mask
        self._biases = {}
        length = tf.shape(token_ids)[1] if token_ids.shape[1] is None else token_ids.shape[1]
        steps = tf.range(length)
        self._documents = None  # (B, T, T): which tokens are in the same document
        if self._state is None:
            self.positions = self.key_positions = self._absolute = steps
            if document_ids is not None:
                self._documents = document_ids[:, :, tf.newaxis] == document_ids[:, tf.newaxis, :]
                before = self._documents & causal_mask(steps, steps)
                self.positions = self.key_positions = tf.reduce_sum(tf.cast(before, tf.int32), axis=-1) - 1
            return
        positions = self._state[LENGTH][:, tf.newaxis] + steps  # (B, T)
        self._absolute = positions
        if max_sequence_length is not None:
            positions = tf.minimum(positions, max_sequence_length - 1)
        self.positions = positions
        slots = tf.range(tf.shape(self._cached("keys", 0))[2])  # (S,)
        slots = tf.broadcast_to(slots, (tf.shape(positions)[0], tf.size(slots)))
        self.key_positions = tf.concat([slots, self._absolute], axis=1)  # (B, S + T)

    def mask(self, *, window=None):
        """Returns which slots of the cache and new tokens each new token sees, bool (1 or B, 1, T, S + T)."""
        if self._state is None:
            mask = causal_mask(self._absolute, self._absolute, window=window)[tf.newaxis]
            return (mask if self._documents is None else mask & self._documents)[:, tf.newaxis]
        slots = tf.shape(self.key_positions)[1] - tf.shape(self.positions)[1]
        # A slot at or after the length is empty, though a new token of that position would see it.
        filled = self.key_positions[:, :slots] < self._state[LENGTH][:, tf.newaxis]  # (B, S)
        new = tf.ones_like(self.positions, tf.bool)
        present = tf.concat([filled, new], axis=1)[:, tf.newaxis]  # (B, 1, S + T)
        return (causal_mask(self._absolute, self.key_positions, window=window) & present)[:, tf.newaxis]

    def bias(self, *, window=None):
        """Returns the mask as a bias of scores, float32 (1 or B, 1, T, S + T); the same tensor for all layers."""
        if window not in self._biases:
            self._biases[window] = attention_bias(self.mask(window=window))
        return self._biases[window]

    def past(self, layer):
        """Returns one layer's keys and values in the cache, each (B, K, S, d); None without a state."""
        return None if self._state is None else (self._cached("keys", layer), self._cached("values", layer))

    def cache_rows(self, new):
        """Returns the rows that `state_after` writes into the cache, by name, for callers that write them in place.

        Args:
            new: for each layer, keys and values of the new tokens, each (B, K, T, d).

        Returns:
            A dict of (B, K, T, d), row b of which belongs in the slots from length[b] on; empty without a state.
        """
        if self._state is None:
            return {}
        return {
            _name(name, layer): rows
            for layer, pair in enumerate(new)
            for name, rows in zip(("keys", "values"), pair, strict=True)
        }

    def state_after(self, new, *, outputs=()):
        """Returns the state after the new tokens.

        Args:
            new: for each layer, keys and values of the new tokens, each (B, K, T, d).
            outputs: tensors computed from the cache. In a graph nothing is written before them, so that TensorFlow can
                write in place: it copies a tensor that is still to be read.

        Returns:
            A dict of the same names and shapes as the state; an empty one if there was none.
        """
        if self._state is None:
            return {}
        counted = self._counted()
        with tf.control_dependencies(outputs):
            written = self._written(self.cache_rows(new), counted)
        return {**self._state, LENGTH: self._state[LENGTH] + counted, **written}

    def _counted(self):
        """Returns the number of new tokens of each row that are not padding, int32 (B,)."""
        if self._padding_mask is not None:
            return tf.reduce_sum(tf.cast(self._padding_mask, tf.int32), axis=1)
        return tf.fill(tf.shape(self.positions)[:1], tf.shape(self.positions)[1])

    def _written(self, new, counted):
        """Returns the caches with row b of each of `new`, name -> (B, K, T, d), in the slots from length[b] on."""
        assert self._state is not None
        length = self._state[LENGTH]
        caches = {name: self._state[name] for name in new}
        first, *_ = new.values()
        if first.shape[2] == 1:
            return _with_one_token(caches, new, length, counted > 0)
        slots = tf.range(tf.shape(caches[next(iter(new))])[2])  # (S,)
        source = slots - length[:, tf.newaxis]  # (B, S): which new token belongs in a slot
        here = (source >= 0) & (source < counted[:, tf.newaxis])
        source = tf.clip_by_value(source, 0, tf.shape(first)[2] - 1)
        here = here[:, tf.newaxis, :, tf.newaxis]
        return {name: tf.where(here, _gather_slots(rows, source), caches[name]) for name, rows in new.items()}

    def _cached(self, name, layer):
        assert self._state is not None
        return self._state[_name(name, layer)]


def empty_cache(num_layers, *, batch_size, max_length, num_heads, head_dim, dtype="float32"):
    """Returns the state of a decoder before the first token.

    Args:
        num_layers: number of layers.
        batch_size: B.
        max_length: number of slots, S.
        num_heads: number of key and value heads, K.
        head_dim: d.
        dtype: type of keys and values, the compute type of the attention.

    Returns:
        `length` int32 (B,), and for every layer `layer_0_keys` and `layer_0_values` (B, K, S, d), all zero.

    Example:
        >>> sorted(empty_cache(1, batch_size=1, max_length=4, num_heads=1, head_dim=2))
        ['layer_0_keys', 'layer_0_values', 'length']
    """
    shape = (batch_size, num_heads, max_length, head_dim)
    cache = {_name(name, i): tf.zeros(shape, dtype) for i in range(num_layers) for name in ("keys", "values")}
    return {LENGTH: tf.zeros((batch_size,), tf.int32), **cache}


def _name(name, layer):
    return f"layer_{layer}_{name}"


def _gather_slots(rows, source):
    """Gathers rows (B, K, T, d) at source (B, S) of the third axis: (B, K, S, d)."""
    rows = tf.transpose(rows, (0, 2, 1, 3))  # (B, T, K, d)
    return tf.transpose(tf.gather(rows, source, batch_dims=1), (0, 2, 1, 3))


def _with_one_token(caches, new, slots, wanted):
    """Returns the caches, name -> (B, K, S, d), with rows (B, K, 1, d) in the slots (B,).

    Only rows that are wanted (B,) and have such a slot are written. A `tf.where` would read the whole cache each step.
    """
    first = next(iter(caches.values()))
    scattered = functools.partial(_scattered, caches, new, slots, wanted)
    if first.shape[0] is not None:
        # LiteRT lacks the other operation, and XLA writes in place in any case.
        return scattered()
    together = tf.reduce_all(wanted & (slots == slots[:1]) & (slots < tf.shape(first)[2])) & (tf.size(slots) > 0)
    return tf.cond(together, functools.partial(_beside_one_another, caches, new, slots), scattered)


def _beside_one_another(caches, new, slots):
    """Writes to texts of equal length, by an operation that TensorFlow does in place, also on a CPU."""
    slot = slots[0]
    edges = {"begin": tf.stack([0, 0, slot, 0]), "end": tf.stack([0, 0, slot + 1, 0]), "strides": [1, 1, 1, 1]}
    whole = {"begin_mask": 0b1011, "end_mask": 0b1011}  # of all axes but the slots'
    return {
        name: tf.raw_ops.TensorStridedSliceUpdate(input=caches[name], value=rows, **edges, **whole)
        for name, rows in new.items()
    }


def _scattered(caches, new, slots, wanted):
    """Writes each text's row to a slot of its own; rows that are not wanted rewrite the existing value."""
    return {name: _with_row(caches[name], rows, slots, wanted) for name, rows in new.items()}


def _with_row(cache, rows, slots, wanted):
    """Returns the cache (B, K, S, d) with rows (B, K, 1, d) in the slots (B,)."""
    heads, size, width = tf.shape(cache)[1], tf.shape(cache)[2], cache.shape[3]
    written = tf.repeat(wanted & (slots < size), heads)  # (B·K,)
    places = tf.repeat(tf.minimum(slots, size - 1), heads)
    places += tf.range(tf.size(places)) * size  # (B·K,), rows of the flat cache
    flat = tf.reshape(cache, (-1, width))  # (B·K·S, d)
    rows = tf.where(written[:, tf.newaxis], tf.reshape(rows, (-1, width)), tf.gather(flat, places))
    return tf.reshape(tf.tensor_scatter_nd_update(flat, places[:, tf.newaxis], rows), tf.shape(cache))
