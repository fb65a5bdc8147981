"""Learning-rate schedules."""

import keras
import tensorflow as tf

from ..schedules import SCHEDULES


@keras.saving.register_keras_serializable(package="langzoo")
class LearningRate(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate base · warm-up · decay, both factors of the step (s, from 0).

    Warm-up rises linearly from base / w to base over w steps. The decays are those of `trainers.schedules`.

    Args:
        base: the highest learning rate.
        schedule: name of the decay.
        warmup_steps: w.
        total_steps: for "linear" and "cosine": the step at which they end.
        final_fraction: for "linear" and "cosine": the final rate as a share of base.
        decay_rate, decay_after, decay_every: for "step".

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
        if schedule not in SCHEDULES:
            raise ValueError(f"LearningRate: schedule must be one of {', '.join(SCHEDULES)}, not {schedule!r}")
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
        return self.base * warmup * SCHEDULES[self.schedule](self, step)

    def get_config(self):
        """The constructor's arguments."""
        return dict(vars(self))
