"""Readers: what file formats hold, as records; a file each. Importing this loads no TensorFlow."""

from .reader import READERS, Reader, register_reader
from .record import Record

__all__ = ["READERS", "Reader", "Record", "register_reader"]
