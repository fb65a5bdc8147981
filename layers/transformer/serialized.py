"""Layers inside the configuration of another."""

from typing import Any

import keras


def serialized(layer):
    """A layer as JSON values, without what it was built on: its owner builds it, which gives its weights their names.

    Example:
        >>> sorted(serialized(keras.layers.Dense(2)))
        ['class_name', 'config', 'module', 'registered_name']
    """
    config: Any = keras.saving.serialize_keras_object(layer)
    config.pop("build_config", None)
    return config
