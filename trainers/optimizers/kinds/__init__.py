"""Optimizers by name, one per file; importing this loads no TensorFlow."""
