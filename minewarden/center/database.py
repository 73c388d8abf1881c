"""Whether the database is one that this version may touch, and bringing it up to date."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader


class NewerDatabase(Exception):
    """The database was written by a newer version: it holds steps that this one does not know."""

    def __init__(self, steps: list[str]) -> None:
        named = ", ".join(steps[:3]) + (" …" if len(steps) > 3 else "")
        super().__init__(
            f"this database was written by a newer version of Minewarden (unknown steps: {named}). "
            "Nothing was changed. Start the newer version, or restore a backup made by this one."
        )
        self.steps = steps


class NotPrepared(Exception):
    """The database lacks steps that this version needs."""


def check_not_newer() -> None:
    """Only reads.

    Raises:
        NewerDatabase: migrations were applied that this version does not have.
    """
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations)
    known |= {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    if unknown := sorted(set(loader.applied_migrations) - known):
        raise NewerDatabase([f"{app}.{name}" for app, name in unknown])


def check_prepared() -> None:
    """Only reads.

    Raises:
        NewerDatabase: see ``check_not_newer``.
        NotPrepared: ``migrate`` has not been run for this version.
    """
    check_not_newer()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotPrepared("the database is not prepared for this version: run `minewarden center migrate` first")


def migrate(verbosity: int = 0) -> None:
    """Bring the database up to date, with the criteria for major hazards as this version holds them, and give an office
    without one its first ladder of escalation; a newer database is refused before anything is written.

    Raises:
        NewerDatabase: see ``check_not_newer``.
    """
    check_not_newer()
    call_command("migrate", interactive=False, verbosity=verbosity)
    # Only now: models cannot be imported before Django is set up.
    from minewarden.center.escalation.services import sync_ladder  # noqa: PLC0415
    from minewarden.center.hazards.clauses.sync import sync_catalogues  # noqa: PLC0415
    from minewarden.center.hazards.suggestion.services import ask_for_refit  # noqa: PLC0415

    sync_ladder()
    if sync_catalogues():
        ask_for_refit(None)
    optimize()


def optimize() -> None:
    """Gather the statistics by which the database chooses its indexes. Safe at any time; seconds at a million rows.

    Without them SQLite reads a county's list out of the whole province's, and PostgreSQL does so until its own
    autovacuum has come by: therefore also after a migration, a bulk load, and every night.
    """
    with connection.cursor() as cursor:
        # All of it: with SQLite's analysis_limit the states of cases look a hundred times rarer than they are.
        cursor.execute("ANALYZE")
