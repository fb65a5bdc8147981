"""What the models are: a folder a family, with its configuration, its assembly and its named models."""
