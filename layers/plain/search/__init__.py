"""Search: ranking by vectors and by words, and the folder of an index. Needs no TensorFlow."""
