"""Optimizers by name, a file for each kind; importing this loads no TensorFlow."""
