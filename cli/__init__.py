"""The command line, one thin file per command. Importing it does not load TensorFlow; commands that need it do."""
