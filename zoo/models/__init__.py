"""Model families: a folder each, with its configuration, its assembly and its named models."""
