"""The command line: one thin file a command. Importing it loads no TensorFlow; commands that need it do."""
