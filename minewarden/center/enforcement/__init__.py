"""Inspections with their hours, campaigns of inspections, and penalties."""
