"""Everything that needs no TensorFlow: errors, files, rules and options that every storey may import."""
