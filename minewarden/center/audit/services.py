"""The one way to write audited rows: inside ``act``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from .action import Action, Chained, _current, current_action
from .canonical import columns, digest, plain, row
from .inserting import insert_values
from .models import REMOVED, AuditedModel, AuditEvent, AuditHead, AuditShape, stored_rows
from .origin import current_origin

if TYPE_CHECKING:
    from minewarden.center.registry.models import User

GENESIS = "0" * 64
HASHED = (
    *("sequence", "at", "actor_id", "actor_name", "address", "request_id", "action", "object_type", "object_id"),
    *("changes", "shape", "row_hash", "reason", "node_id", "previous_hash"),
)
Key = tuple[str, str]  # object type and object id


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
    noted, removed = dict(outer.noted), dict(outer.removed)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        outer.noted, outer.removed = noted, removed
        raise


def _append(action: Action) -> None:
    """Write one chained event for each object of the action.

    The head is locked last, when all rows are written, and until the transaction ends: chains cannot fork, and two
    actions that wait for each other's rows never also hold the head.
    """
    if not action.noted and not action.removed:
        return
    stored, nodes = _read_back(action)
    shapes = {model: _shape(model) for model in {type(instance) for instance, _ in action.noted.values()}}
    head = _locked_head()
    common = _common(action)
    events: list[Chained] = []
    for key, (instance, before) in action.noted.items():
        changes = _changes(instance, before, stored[key])
        facts = {"shape": shapes[type(instance)], "row_hash": digest(stored[key]), "node_id": nodes[key]}
        events.append(_chained(head, key, changes, common | facts))
    for key, gone in action.removed.items():
        secret = gone.model.audit_secret
        changes = {name: ["…" if name in secret else old, None] for name, old in gone.stored.items() if old is not None}
        facts = {"shape": REMOVED, "row_hash": gone.row_hash, "node_id": gone.node_id}
        events.append(_chained(head, key, changes, common | facts))
    insert_values(AuditEvent, [event | {"at": common["moment"]} for event in events])
    head.save()
    for tell in action.then:
        tell(events)


def _common(action: Action) -> dict[str, Any]:
    """What all events of an action say alike; ``moment`` is ``at`` as the table holds it."""
    origin, now = current_origin(), timezone.now()
    return {
        "at": plain(now),
        "moment": now,
        "actor_id": action.actor_id,
        "actor_name": action.actor_name,
        "address": origin.address,
        "request_id": origin.request_id,
        "action": action.name,
        "reason": action.reason,
    }


def _chained(head: AuditHead, key: Key, changes: dict[str, Any], facts: dict[str, Any]) -> Chained:
    """The next event of the chain, its columns by name; ``head`` moves on to it. Its hash is that of ``event_hash``:
    all columns are plain already, and a model's instance for each of thousands would take most of the time."""
    named = {"object_type": key[0], "object_id": key[1], "changes": changes, "previous_hash": head.hash}
    facts = facts | named | {"sequence": head.sequence + 1}
    event = {name: facts[name] for name in HASHED}
    event["hash"] = digest(event)
    head.sequence, head.hash = event["sequence"], event["hash"]
    return event


def _locked_head() -> AuditHead:
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        AuditHead.objects.get_or_create(pk=1, defaults={"sequence": 0, "hash": GENESIS})
        head = AuditHead.objects.select_for_update().get(pk=1)
    return head


def _read_back(action: Action) -> tuple[dict[Key, dict[str, Any]], dict[Key, int | None]]:
    """Every row of the action as the database holds it, and the node it belongs to."""
    by_model: dict[type[AuditedModel], list[Any]] = {}
    for instance, _ in action.noted.values():
        by_model.setdefault(type(instance), []).append(instance.pk)
    stored: dict[Key, dict[str, Any]] = {}
    nodes: dict[Key, int | None] = {}
    for model, keys in by_model.items():
        label = model._meta.label_lower
        for object_id, (values, node_id) in stored_rows(model, keys).items():
            stored[label, object_id], nodes[label, object_id] = values, node_id
    return stored, nodes


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
