"""Everything that needs no TensorFlow: errors, files, rules and options that all subpackages may import."""
