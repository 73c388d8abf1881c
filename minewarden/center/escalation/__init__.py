"""Escalation: rungs of data, an idempotent scan, supervision orders (督办)."""
