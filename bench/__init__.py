"""Measurements of what the machine can carry. `python -m bench`, see docs/benchmarks.md."""
