"""The content of the database as text, for comparing before and after."""

from __future__ import annotations

from django.apps import apps

# The audit grows with everything; batches and jobs are staging; sessions are the door's.
LEFT_OUT = ("audit", "workbooks", "jobs", "sessions", "axes")


def dump() -> dict[str, list[tuple]]:
    """Table → all rows with all columns, of every table but those that are told apart."""
    rows = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in LEFT_OUT:
            rows[model._meta.db_table] = sorted(map(repr, model._base_manager.values_list()))
    return rows
