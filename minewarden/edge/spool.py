"""Everything the edge owes the center, on disk before anything else happens with it.

One SQLite file with ``synchronous=FULL`` and one folder of evidence files. A row leaves the debt only when the center
has said that it has it. All methods are safe from several threads; each is one transaction.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from minewarden.contract import BlindInterval, EventMessage, EvidenceReference

from .errors import SpoolError
from .spool_schema import SCHEMA, SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class OwedEvidence:
    """A file that the center does not have whole yet."""

    reference: EvidenceReference
    event_id: UUID
    path: Path


class Spool:
    """The edge's debt to the center.

    Raises:
        SpoolError: the folder or file cannot be used, or was written by a newer version of the program.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.evidence_folder = folder / "evidence"
        self._lock = threading.Lock()
        try:
            self.evidence_folder.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                folder / "spool.sqlite3", isolation_level=None, check_same_thread=False, timeout=30
            )
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise SpoolError(f"spool {folder}: {error}; give a folder on a local disk that can be written") from error

    def _prepare(self) -> None:
        # FULL: an event counts as spooled only when it would survive a power cut in the next instant.
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute("PRAGMA foreign_keys=ON")
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA_VERSION:
            raise SpoolError(
                f"spool {self.folder} was written by a newer version (schema {version}, this program knows "
                f"{SCHEMA_VERSION}): install that version again, nothing was changed"
            )
        if version == 0:
            self._database.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version={SCHEMA_VERSION}; COMMIT;")

    def close(self) -> None:
        """Close the database; the object cannot be used afterwards."""
        with self._lock:
            self._database.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._database.execute("BEGIN IMMEDIATE")
                yield self._database
                self._database.execute("COMMIT")
            except sqlite3.Error as error:
                raise SpoolError(f"spool {self.folder}: {error}") from error
            finally:
                # A full disk makes SQLite roll back by itself.
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")

    def put_event(self, event: EventMessage) -> None:
        """Store an event or a newer revision of one; an older or equal revision changes nothing."""
        with self._transaction() as database:
            database.execute(
                "INSERT INTO event (event_id, revision, ended, message) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (event_id) DO UPDATE SET revision = excluded.revision, ended = excluded.ended, "
                "message = excluded.message WHERE excluded.revision > event.revision",
                (str(event.event_id), event.revision, int(event.ended_at is not None), event.model_dump_json()),
            )

    def put_evidence(self, event: EventMessage, reference: EvidenceReference, path: Path) -> None:
        """Store a new revision of an event together with the evidence that it now names.

        ``path`` must be a finished file inside the evidence folder; its name is kept, its bytes are not copied.
        """
        with self._transaction() as database:
            database.execute(
                "UPDATE event SET revision = ?, ended = ?, message = ? WHERE event_id = ? AND revision < ?",
                (
                    event.revision,
                    int(event.ended_at is not None),
                    event.model_dump_json(),
                    str(event.event_id),
                    event.revision,
                ),
            )
            database.execute(
                "INSERT OR IGNORE INTO evidence (evidence_id, event_id, path, reference) VALUES (?, ?, ?, ?)",
                (
                    str(reference.evidence_id),
                    str(event.event_id),
                    os.fspath(path.relative_to(self.folder)),
                    reference.model_dump_json(),
                ),
            )

    def event(self, event_id: UUID) -> EventMessage | None:
        """The newest revision of an event, or None."""
        with self._transaction() as database:
            row = database.execute("SELECT message FROM event WHERE event_id = ?", (str(event_id),)).fetchone()
        return EventMessage.model_validate_json(row[0]) if row else None

    def owed_events(self, limit: int = 100) -> list[EventMessage]:
        """The oldest events whose newest revision the center has not acknowledged."""
        with self._transaction() as database:
            rows = database.execute(
                "SELECT message FROM event WHERE acknowledged < revision AND refused IS NULL ORDER BY place LIMIT ?",
                (limit,),
            ).fetchall()
        return [EventMessage.model_validate_json(row[0]) for row in rows]

    def acknowledge_event(self, event_id: UUID, revision: int) -> None:
        """The center has this revision (or a newer one)."""
        with self._transaction() as database:
            database.execute(
                "UPDATE event SET acknowledged = max(acknowledged, ?) WHERE event_id = ?", (revision, str(event_id))
            )

    def refuse_event(self, event_id: UUID, reason: str) -> None:
        """The center will never take this event; it is kept here with the reason and shown to operations."""
        with self._transaction() as database:
            database.execute("UPDATE event SET refused = ? WHERE event_id = ?", (reason, str(event_id)))

    def owed_evidence(self, limit: int = 20) -> list[OwedEvidence]:
        """The oldest evidence not complete at the center whose event the center has."""
        with self._transaction() as database:
            rows = database.execute(
                "SELECT evidence.reference, evidence.event_id, evidence.path FROM evidence "
                "JOIN event USING (event_id) WHERE evidence.complete = 0 AND evidence.lost IS NULL "
                "AND event.acknowledged = event.revision AND event.refused IS NULL ORDER BY evidence.place LIMIT ?",
                (limit,),
            ).fetchall()
        return [
            OwedEvidence(EvidenceReference.model_validate_json(reference), UUID(event_id), self.folder / path)
            for reference, event_id, path in rows
        ]

    def complete_evidence(self, evidence_id: UUID) -> None:
        """The center has the whole file with the right hash: the local copy has done its work and goes."""
        with self._transaction() as database:
            row = database.execute("SELECT path FROM evidence WHERE evidence_id = ?", (str(evidence_id),)).fetchone()
            database.execute("UPDATE evidence SET complete = 1 WHERE evidence_id = ?", (str(evidence_id),))
        if row:
            (self.folder / row[0]).unlink(missing_ok=True)

    def lose_evidence(self, evidence_id: UUID, reason: str) -> None:
        """The file is gone or is not what was hashed: it can never be delivered, and that stays on record."""
        with self._transaction() as database:
            database.execute("UPDATE evidence SET lost = ? WHERE evidence_id = ?", (reason, str(evidence_id)))

    def lost_evidence(self) -> int:
        """How many files can never be delivered."""
        with self._transaction() as database:
            (count,) = database.execute("SELECT count(*) FROM evidence WHERE lost IS NOT NULL").fetchone()
        return int(count)

    def open_events(self) -> list[EventMessage]:
        """Events without an end: after a restart these were cut off by the stop."""
        with self._transaction() as database:
            rows = database.execute("SELECT message FROM event WHERE ended = 0 ORDER BY place").fetchall()
        return [EventMessage.model_validate_json(row[0]) for row in rows]

    def known_evidence_paths(self) -> set[Path]:
        """Files that belong to evidence not yet delivered."""
        with self._transaction() as database:
            rows = database.execute("SELECT path FROM evidence WHERE complete = 0").fetchall()
        return {self.folder / row[0] for row in rows}

    def knows_evidence(self, evidence_id: UUID) -> bool:
        """Whether this evidence was ever put here."""
        with self._transaction() as database:
            row = database.execute("SELECT 1 FROM evidence WHERE evidence_id = ?", (str(evidence_id),)).fetchone()
        return row is not None

    def put_blind(self, interval: BlindInterval) -> None:
        """Store a blind interval, or its end."""
        with self._transaction() as database:
            database.execute(
                "INSERT INTO blind (interval_id, message, version) VALUES (?, ?, 0) "
                "ON CONFLICT (interval_id) DO UPDATE SET message = excluded.message, version = version + 1",
                (str(interval.interval_id), interval.model_dump_json()),
            )

    def owed_blind(self, limit: int = 200) -> list[tuple[BlindInterval, int]]:
        """Blind intervals the center does not have in their newest form, each with its version."""
        with self._transaction() as database:
            rows = database.execute(
                "SELECT message, version FROM blind WHERE acknowledged < version ORDER BY place LIMIT ?", (limit,)
            ).fetchall()
        return [(BlindInterval.model_validate_json(message), version) for message, version in rows]

    def open_blind(self) -> list[BlindInterval]:
        """Blind intervals without an end."""
        with self._transaction() as database:
            rows = database.execute("SELECT message FROM blind ORDER BY place").fetchall()
        intervals = [BlindInterval.model_validate_json(row[0]) for row in rows]
        return [interval for interval in intervals if interval.ended_at is None]

    def acknowledge_blind(self, interval: BlindInterval, version: int) -> None:
        """The center has this version; an ended interval is not needed here any more."""
        with self._transaction() as database:
            database.execute(
                "UPDATE blind SET acknowledged = max(acknowledged, ?) WHERE interval_id = ?",
                (version, str(interval.interval_id)),
            )
            if interval.ended_at is not None:
                database.execute(
                    "DELETE FROM blind WHERE interval_id = ? AND version = ?", (str(interval.interval_id), version)
                )

    def waiting(self) -> tuple[int, int]:
        """How many events and how many evidence files the center does not have."""
        with self._transaction() as database:
            (events,) = database.execute(
                "SELECT count(*) FROM event WHERE acknowledged < revision AND refused IS NULL"
            ).fetchone()
            (evidence,) = database.execute(
                "SELECT count(*) FROM evidence WHERE complete = 0 AND lost IS NULL"
            ).fetchone()
        return events, evidence

    def refused(self) -> int:
        """How many events the center will never take."""
        with self._transaction() as database:
            (count,) = database.execute("SELECT count(*) FROM event WHERE refused IS NOT NULL").fetchone()
        return int(count)

    def remember(self, name: str, value: str) -> None:
        """Keep a word under a name across restarts."""
        with self._transaction() as database:
            database.execute(
                "INSERT INTO memory (name, value) VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, value),
            )

    def recall(self, name: str) -> str | None:
        """What was kept under a name, or None."""
        with self._transaction() as database:
            row = database.execute("SELECT value FROM memory WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def forget_delivered(self, keep: int) -> int:
        """Drop the oldest fully delivered events but ``keep``; answers how many went."""
        with self._transaction() as database:
            delivered = (
                "SELECT event_id FROM event WHERE ended = 1 AND acknowledged >= revision AND NOT EXISTS "
                "(SELECT 1 FROM evidence WHERE evidence.event_id = event.event_id AND complete = 0 AND lost IS NULL) "
                "ORDER BY place DESC LIMIT -1 OFFSET ?"
            )
            database.execute(f"DELETE FROM evidence WHERE event_id IN ({delivered})", (keep,))
            return database.execute(f"DELETE FROM event WHERE event_id IN ({delivered})", (keep,)).rowcount
