"""Readers: what file formats hold, as records; a file each. Importing this loads no TensorFlow."""

from .reader import READERS, Reader, Record, register_reader

__all__ = ["READERS", "Reader", "Record", "register_reader"]
