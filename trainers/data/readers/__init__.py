"""Readers: what file formats hold, as records; a file each. Importing this loads no TensorFlow."""

from .reader import READERS, Reader, check_reader_options, register_reader
from .record import Record

__all__ = ["READERS", "Reader", "Record", "check_reader_options", "register_reader"]
