"""How models learn: data, objectives, optimizers, callbacks, and the run that puts them together."""
