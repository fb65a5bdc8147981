"""Learning rates over time."""

import math

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="langzoo")
class LearningRate(keras.optimizers.schedules.LearningRateSchedule):
    """base · warm-up · decay, each a function of the step (s, from 0).

    Warm-up rises linearly from base / w to base over w steps. Then, with n = s - w and N = total - w:

    - "constant": 1
    - "step": decay_rate ^ (intervals of `decay_every` steps begun after `decay_after` steps), as in Zaremba et al. 2014
    - "linear": 1 - (1 - final) n / N
    - "cosine": final + (1 - final) (1 + cos(pi n / N)) / 2 (Loshchilov & Hutter 2017)
    - "inverse_sqrt": sqrt(w / max(s, w)) (Vaswani et al. 2017)

    Args:
        base: the highest learning rate.
        schedule: one of the names above.
        warmup_steps: w.
        total_steps: of "linear" and "cosine": where they end.
        final_fraction: of "linear" and "cosine": what is left at the end, as a share of base.
        decay_rate, decay_after, decay_every: of "step".

    Raises:
        ValueError: an unknown schedule.

    Example:
        >>> rate = LearningRate(1.0, schedule="step", decay_rate=0.5, decay_after=4, decay_every=1)
        >>> [float(rate(step)) for step in (0, 3, 4, 5)]
        [1.0, 1.0, 0.5, 0.25]
    """

    def __init__(
        self,
        base,
        *,
        schedule="constant",
        warmup_steps=0,
        total_steps=1,
        final_fraction=0.0,
        decay_rate=1.0,
        decay_after=0,
        decay_every=1,
    ):
        if schedule not in _DECAYS:
            raise ValueError(f"LearningRate: schedule must be one of {', '.join(_DECAYS)}, not {schedule!r}")
        self.base = base
        self.schedule = schedule
        self.warmup_steps = warmup_steps
        self.total_steps = total_steps
        self.final_fraction = final_fraction
        self.decay_rate = decay_rate
        self.decay_after = decay_after
        self.decay_every = decay_every

    def __call__(self, step):
        """The learning rate of a step, float32 scalar."""
        step = tf.cast(step, tf.float32)
        warmup = tf.minimum((step + 1) / self.warmup_steps, 1.0) if self.warmup_steps else 1.0
        return self.base * warmup * _DECAYS[self.schedule](self, step)

    def get_config(self):
        """The constructor's arguments."""
        return dict(vars(self))


def _progress(rate, step):
    """0 at the end of warm-up, 1 at the end of the run."""
    span = max(rate.total_steps - rate.warmup_steps, 1)
    return tf.clip_by_value((step - rate.warmup_steps) / span, 0.0, 1.0)


def _step(rate, step):
    begun = tf.floor((step - rate.decay_after) / rate.decay_every) + 1
    return rate.decay_rate ** tf.maximum(begun, 0.0)


_DECAYS = {
    "constant": lambda rate, step: 1.0,
    "step": _step,
    "linear": lambda rate, step: 1 - (1 - rate.final_fraction) * _progress(rate, step),
    "cosine": lambda rate, step: (
        rate.final_fraction + (1 - rate.final_fraction) * (1 + tf.cos(math.pi * _progress(rate, step))) / 2
    ),
    "inverse_sqrt": lambda rate, step: tf.sqrt(max(rate.warmup_steps, 1) / tf.maximum(step, max(rate.warmup_steps, 1))),
}
