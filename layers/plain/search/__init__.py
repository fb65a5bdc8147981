"""Search: ranking by vectors and by words, and the folder that an index is. Needs no TensorFlow."""
