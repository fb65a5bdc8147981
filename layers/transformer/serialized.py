"""Serialising layers within the configuration of another layer."""

from typing import Any

import keras


def serialized(layer):
    """Returns a layer as JSON values, without its build shapes: its owner builds it, which names its weights.

    Example:
        >>> sorted(serialized(keras.layers.Dense(2)))
        ['class_name', 'config', 'module', 'registered_name']
    """
    config: Any = keras.saving.serialize_keras_object(layer)
    config.pop("build_config", None)
    return config
