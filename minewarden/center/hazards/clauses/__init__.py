"""Catalogues of clauses: kept in step with the package, imported by the office, read by day of finding."""
