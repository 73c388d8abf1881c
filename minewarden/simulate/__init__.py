"""A province that does not exist: cameras, mines, years of records, with the truth known."""
