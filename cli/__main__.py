"""`python -m langzoo.cli`, the same as `langzoo`."""

from .main import main

main()
