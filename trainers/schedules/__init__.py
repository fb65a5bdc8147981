"""Learning-rate schedules. Importing this loads no TensorFlow."""

from .register_schedule import SCHEDULES, register_schedule

__all__ = ["SCHEDULES", "register_schedule"]
