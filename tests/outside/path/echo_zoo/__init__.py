"""A package that brings langzoo a family, a task, a reader, an objective and a decoder."""
