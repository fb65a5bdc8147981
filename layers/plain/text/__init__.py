"""What tokenizers' files hold and what a word is, without TensorFlow."""
