"""The decay schedules; w is `warmup_steps`, N the number of steps after it, n the number of those done."""

import math

from .register_schedule import register_schedule


@register_schedule("constant")
def constant(rate, step):
    """1."""
    del rate, step
    return 1.0


@register_schedule("step")
def step_decay(rate, step):
    """decay_rate ^ (intervals of `decay_every` steps begun after `decay_after` steps), as in Zaremba et al. 2014."""
    import tensorflow as tf

    begun = tf.floor((step - rate.decay_after) / rate.decay_every) + 1
    return rate.decay_rate ** tf.maximum(begun, 0.0)


@register_schedule("linear")
def linear(rate, step):
    """1 - (1 - final_fraction) n / N."""
    return 1 - (1 - rate.final_fraction) * _progress(rate, step)


@register_schedule("cosine")
def cosine(rate, step):
    """final_fraction + (1 - final_fraction) (1 + cos(pi n / N)) / 2 (Loshchilov & Hutter 2017)."""
    import tensorflow as tf

    return rate.final_fraction + (1 - rate.final_fraction) * (1 + tf.cos(math.pi * _progress(rate, step))) / 2


@register_schedule("exponential")
def exponential(rate, step):
    """final_fraction ^ (n / N)."""
    import tensorflow as tf

    return tf.pow(max(rate.final_fraction, 1e-12), _progress(rate, step))


@register_schedule("inverse_sqrt")
def inverse_sqrt(rate, step):
    """sqrt(w / max(step, w)) (Vaswani et al. 2017)."""
    import tensorflow as tf

    return tf.sqrt(max(rate.warmup_steps, 1) / tf.maximum(step, max(rate.warmup_steps, 1)))


def _progress(rate, step):
    """0 at the end of warm-up, 1 at the end of the run."""
    import tensorflow as tf

    span = max(rate.total_steps - rate.warmup_steps, 1)
    return tf.clip_by_value((step - rate.warmup_steps) / span, 0.0, 1.0)
