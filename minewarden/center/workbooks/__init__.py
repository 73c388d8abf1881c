"""Workbooks in and out: one form for both, batches that can be looked at, committed and undone."""
