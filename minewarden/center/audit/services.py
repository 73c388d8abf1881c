"""The one way to write audited rows: inside ``act``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import BigIntegerField, F, Value
from django.utils import timezone

from .action import Action, _current, current_action
from .canonical import columns, digest, plain, row
from .models import AuditedModel, AuditEvent, AuditHead, AuditShape
from .origin import current_origin

if TYPE_CHECKING:
    from minewarden.center.registry.models import User

GENESIS = "0" * 64
HASHED = (
    *("sequence", "at", "actor_id", "actor_name", "address", "request_id", "action", "object_type", "object_id"),
    *("changes", "shape", "row_hash", "reason", "node_id", "previous_hash"),
)
BATCH = 500  # rows a query: under the 999 parameters that older SQLite allows


@contextmanager
def act(name: str, actor: User | None, reason: str = "", actor_name: str = "") -> Iterator[Action]:
    """Do one action in one transaction and chain what it wrote.

    ``name`` is ``app.verb``. ``actor`` None stands for the system itself or a machine account, whose name is
    ``actor_name``. Everything saved inside is recorded when the block ends; an exception undoes it all. Inside another
    ``act`` it joins the outer one, so that a service may call a service.
    """
    if outer := current_action():
        with _joined(outer):
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


@contextmanager
def _joined(outer: Action) -> Iterator[None]:
    """A part of a larger action: where the larger one survives its failure, nothing of the part is written or noted."""
    noted = dict(outer.noted)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        outer.noted = noted
        raise


def _append(action: Action) -> None:
    """Write one chained event for each object of the action.

    The head is locked last, when all rows are written, and until the transaction ends: chains cannot fork, and two
    actions that wait for each other's rows never also hold the head.
    """
    if not action.noted:
        return
    stored, nodes = _read_back(action)
    shapes = {model: _shape(model) for model in {type(instance) for instance, _ in action.noted.values()}}
    head = _locked_head()
    origin, now = current_origin(), timezone.now()
    events = []
    for key, (instance, before) in action.noted.items():
        event = AuditEvent(
            sequence=head.sequence + 1,
            at=now,
            actor_id=action.actor_id,
            actor_name=action.actor_name,
            address=origin.address,
            request_id=origin.request_id,
            action=action.name,
            object_type=key[0],
            object_id=key[1],
            changes=_changes(instance, before, stored[key]),
            shape=shapes[type(instance)],
            row_hash=digest(stored[key]),
            reason=action.reason,
            node_id=nodes[key],
            previous_hash=head.hash,
        )
        event.hash = event_hash(event)
        head.sequence, head.hash = event.sequence, event.hash
        events.append(event)
    AuditEvent.objects.bulk_create(events, batch_size=BATCH)
    head.save()


def _locked_head() -> AuditHead:
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        AuditHead.objects.get_or_create(pk=1, defaults={"sequence": 0, "hash": GENESIS})
        head = AuditHead.objects.select_for_update().get(pk=1)
    return head


Key = tuple[str, str]


def _read_back(action: Action) -> tuple[dict[Key, dict[str, Any]], dict[Key, int | None]]:
    """Every row of the action as the database holds it (defaults, rounding, truncation), and the node it belongs to."""
    by_model: dict[type[AuditedModel], list[Any]] = {}
    for instance, _ in action.noted.values():
        by_model.setdefault(type(instance), []).append(instance.pk)
    stored: dict[Key, dict[str, Any]] = {}
    nodes: dict[Key, int | None] = {}
    for model, keys in by_model.items():
        node = _node_of(model)
        for start in range(0, len(keys), BATCH):
            for instance in model._base_manager.filter(pk__in=keys[start : start + BATCH]).annotate(audit_node=node):
                key = (model._meta.label_lower, str(instance.pk))
                stored[key], nodes[key] = row(instance), instance.audit_node
    return stored, nodes


def _node_of(model: type[AuditedModel]) -> F | Value:
    """The column of a table that says where a row belongs in the tree; rows of no place belong to the whole office."""
    path = getattr(model, "NODE", None)
    if path is None:
        return Value(None, output_field=BigIntegerField())
    return F(f"{path}_id" if path else "pk")


def _changes(instance: AuditedModel, before: dict[str, Any] | None, stored: dict[str, Any]) -> dict[str, Any]:
    """Column → [old, new] of what changed; secrets are only said to have changed."""
    old = {} if before is None else {key: plain(value) for key, value in before.items()}
    pairs = {key: [old.get(key), value] for key, value in stored.items() if before is None or key in old}
    return {
        key: ["…", "…"] if key in instance.audit_secret else pair for key, pair in pairs.items() if pair[0] != pair[1]
    }


def _shape(model: type[AuditedModel]) -> str:
    """The digest of the table's columns as they are now, kept so that the verifier can hash the same ones."""
    content = {"object_type": model._meta.label_lower, "columns": columns(model)}
    shape, _ = AuditShape.objects.get_or_create(digest=digest(content), defaults=content)
    return shape.digest


def event_hash(event: AuditEvent) -> str:
    """The hash of an audit event: over every column but ``hash`` itself.

    The columns are named here one by one: a column that a later release adds must not break older hashes.
    """
    return digest(row(event, HASHED))
