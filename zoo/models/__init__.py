"""Model families: one folder each, with its configuration, its layers and its named models."""
