"""Accidents and dangerous incidents, and the hours worked that they are measured against."""
