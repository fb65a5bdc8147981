"""Readers: each reads the records of one file format. Importing this loads no TensorFlow."""

from .reader import READERS, Reader, check_reader_options, register_reader
from .record import Record

__all__ = ["READERS", "Reader", "Record", "check_reader_options", "register_reader"]
