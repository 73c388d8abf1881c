"""Hazards: clauses, how grave, what was told before, and writing them down."""
