"""How quick every list is with a million hazards, on SQLite and on PostgreSQL: ``python -m bench lists``."""
