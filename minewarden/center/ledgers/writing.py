"""Writing a record of a register, inside the caller's action: made, changed, withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from .models import Recorded

Row = TypeVar("Row", bound=Recorded)
Check = Callable[[Any], None]


def put(record: Row, check: Check) -> Row:
    """Write a new record.

    Raises:
        ValidationError: by column, from its fields, from ``check``, or because another record says the same.
    """
    _checked(record, check)
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError:
        record.validate_constraints()  # somebody wrote the same between our question and our answer: says which
        raise
    return record


def amend(record: Row, expected_version: int, changes: Mapping[str, Any], check: Check) -> Row:
    """Change columns of a record that still has this version; columns that are not named stay as they are.

    Raises:
        ValidationError: it was changed or withdrawn meanwhile, or what :func:`put` raises.
    """
    current = locked(record, expected_version)
    for name, value in changes.items():
        setattr(current, name, value)
    _checked(current, check)
    current.version += 1
    current.save(update_fields=[*changes, "version"])
    return current


def withdraw(record: Row, expected_version: int, reason: str) -> Row:
    """Leave a record out of all figures from now on; it stays to be read.

    Raises:
        ValidationError: no reason, or it was changed or withdrawn meanwhile.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is withdrawn: the record stays to be read.")})
    current = locked(record, expected_version)
    current.withdrawn = True
    current.version += 1
    current.save(update_fields=["withdrawn", "version"])
    return current


def locked(record: Row, expected_version: int) -> Row:
    """The record as it stands, locked until the action ends.

    Raises:
        ValidationError: it is withdrawn, or no longer has this version.
    """
    current: Row = type(record)._default_manager.select_for_update().get(pk=record.pk)
    if current.withdrawn:
        raise ValidationError(_("This record is withdrawn and is no longer changed."))
    if current.version != expected_version:
        raise ValidationError(_("Somebody changed this record meanwhile. Open it again and look at what it says now."))
    return current


def _checked(record: Recorded, check: Check) -> None:
    """Fields, then what the register asks, then what must be there only once. Each names its column."""
    record.clean_fields()
    check(record)
    record.validate_constraints()
