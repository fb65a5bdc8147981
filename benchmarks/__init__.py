"""Comparisons with peers: `make bench`, or `python -m benchmarks ROW`."""
