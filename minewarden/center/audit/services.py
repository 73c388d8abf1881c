"""The one way to write audited rows: inside ``act``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from .action import Action, _current, current_action
from .canonical import digest, plain, row
from .models import AuditEvent, AuditHead
from .origin import current_origin

if TYPE_CHECKING:
    from minewarden.center.registry.models import User

GENESIS = "0" * 64


@contextmanager
def act(name: str, actor: User | None, reason: str = "", actor_name: str = "") -> Iterator[Action]:
    """Do one action in one transaction and chain what it wrote.

    ``name`` is ``app.verb``. ``actor`` None stands for the system itself or a machine account, whose name is
    ``actor_name``. Everything saved inside is recorded when the block ends; an exception undoes it all. Inside another
    ``act`` it joins the outer one, so that a service may call a service.
    """
    if outer := current_action():
        yield outer
        return
    label = actor_name or (actor.get_username() if actor else "system")
    action = Action(name, actor.pk if actor else None, label, reason)
    with transaction.atomic():
        token = _current.set(action)
        try:
            yield action
            _append(action)
        finally:
            _current.reset(token)


def _append(action: Action) -> None:
    """Write one chained event for each object of the action."""
    if not action.noted:
        return
    AuditHead.objects.get_or_create(pk=1, defaults={"sequence": 0, "hash": GENESIS})
    head = AuditHead.objects.select_for_update().get(pk=1)
    origin, now = current_origin(), timezone.now()
    events = []
    for (object_type, object_id), (instance, before) in action.noted.items():
        # Read back, so that what is hashed is what the database holds (defaults, rounding, truncation).
        stored = row(type(instance)._base_manager.get(pk=instance.pk))
        old = {} if before is None else {key: plain(value) for key, value in before.items()}
        changes = {key: [old.get(key), value] for key, value in stored.items() if before is None or key in old}
        changes = {key: pair for key, pair in changes.items() if pair[0] != pair[1]}
        changes = {key: ["…", "…"] if key in instance.audit_secret else pair for key, pair in changes.items()}
        event = AuditEvent(
            sequence=head.sequence + 1,
            at=now,
            actor_id=action.actor_id,
            actor_name=action.actor_name,
            address=origin.address,
            request_id=origin.request_id,
            action=action.name,
            object_type=object_type,
            object_id=object_id,
            changes=changes,
            row_hash=digest(stored),
            reason=action.reason,
            previous_hash=head.hash,
        )
        event.hash = event_hash(event)
        head.sequence, head.hash = event.sequence, event.hash
        events.append(event)
    AuditEvent.objects.bulk_create(events)
    head.save()


def event_hash(event: AuditEvent) -> str:
    """The hash of an audit event: over every column but ``hash`` itself."""
    content = row(event)
    del content["hash"]
    return digest(content)
