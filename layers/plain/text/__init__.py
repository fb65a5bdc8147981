"""Tokenizer files and word rules, without TensorFlow."""
