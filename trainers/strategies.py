"""Distribution strategies: one device, several devices, or several machines."""

import json
import os

import tensorflow as tf

from ..layers.plain.errors import UserError

STRATEGIES = ("one", "mirrored", "multi_worker")


def make_strategy(name: str, *, replicas: int = 0) -> tf.distribute.Strategy:
    """Creates the strategy of that name. Call it before anything else touches TensorFlow's devices.

    Args:
        name: "one" (the first GPU, or the CPU), "mirrored" (all GPUs of this machine; on a machine without any, the CPU
            split into `replicas` logical ones), or "multi_worker" (the cluster described by TF_CONFIG).
        replicas: devices of "mirrored"; 0 for all.

    Raises:
        UserError: too few devices, or a missing or unreadable TF_CONFIG.
    """
    if name == "one":
        return tf.distribute.get_strategy()
    if name == "mirrored":
        return tf.distribute.MirroredStrategy(_devices(replicas))
    if name == "multi_worker":
        _cluster()
        return tf.distribute.MultiWorkerMirroredStrategy()
    raise UserError(f"unknown strategy {name!r}. Known: {', '.join(STRATEGIES)}")


def is_chief(strategy: str = "multi_worker") -> bool:
    """Whether this process writes the files: the first worker of a cluster, or the only process.

    Args:
        strategy: a process that trains alone is the chief, whatever TF_CONFIG says.

    Raises:
        UserError: TF_CONFIG is unreadable.
    """
    if strategy != "multi_worker" or not os.environ.get("TF_CONFIG"):
        return True
    cluster, kind, index = _cluster()
    return kind == "chief" or (index == 0 and "chief" not in cluster)


def _devices(replicas: int) -> list[str]:
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        if replicas > len(gpus):
            raise UserError(f"--set replicas={replicas}: this machine has {len(gpus)} GPU(s)")
        return [f"GPU:{i}" for i in range(replicas or len(gpus))]
    wanted = replicas or os.cpu_count() or 1
    cpu = tf.config.list_physical_devices("CPU")[0]
    if len(tf.config.get_logical_device_configuration(cpu) or []) != wanted:
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * wanted)
    return [f"CPU:{i}" for i in range(wanted)]


def _cluster() -> tuple[dict[str, list[str]], str, int]:
    """Parses TF_CONFIG: returns the addresses of each type of task, and this process's own type and index."""
    text = os.environ.get("TF_CONFIG")
    if not text:
        raise UserError(
            "--strategy multi_worker needs TF_CONFIG in the environment; --workers N starts local processes"
        )
    try:
        config = json.loads(text)
        cluster, task = config["cluster"], config["task"]
        kind, index, sizes = task.get("type", "worker"), task["index"], {name: len(cluster[name]) for name in cluster}
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"TF_CONFIG is not what TensorFlow expects ({error!r}); see the guide to TF_CONFIG") from None
    if kind not in ("chief", "worker") or kind not in sizes:
        raise UserError(f"TF_CONFIG: the task's type must be worker or chief and in the cluster, not {kind!r}")
    if type(index) is not int or not 0 <= index < sizes[kind]:
        raise UserError(f"TF_CONFIG: task index {index!r} is not one of {sizes[kind]} of type {kind}")
    return cluster, kind, index
