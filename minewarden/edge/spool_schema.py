"""The tables of the spool. Owed is an event while ``acknowledged < revision``, a file until it is complete or lost."""

from __future__ import annotations

SCHEMA_VERSION = 1
SCHEMA = """
CREATE TABLE event (
    place INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    acknowledged INTEGER NOT NULL DEFAULT -1,
    ended INTEGER NOT NULL,
    refused TEXT,
    message TEXT NOT NULL
) STRICT;
CREATE INDEX event_owed ON event (place) WHERE acknowledged < revision AND refused IS NULL;
CREATE INDEX event_open ON event (place) WHERE ended = 0;
CREATE TABLE evidence (
    place INTEGER PRIMARY KEY,
    evidence_id TEXT NOT NULL UNIQUE,
    event_id TEXT NOT NULL REFERENCES event (event_id),
    path TEXT NOT NULL,
    reference TEXT NOT NULL,
    complete INTEGER NOT NULL DEFAULT 0,
    lost TEXT
) STRICT;
CREATE INDEX evidence_owed ON evidence (place) WHERE complete = 0 AND lost IS NULL;
CREATE TABLE blind (
    place INTEGER PRIMARY KEY,
    interval_id TEXT NOT NULL UNIQUE,
    message TEXT NOT NULL,
    version INTEGER NOT NULL,
    acknowledged INTEGER NOT NULL DEFAULT -1
) STRICT;
CREATE TABLE memory (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""
