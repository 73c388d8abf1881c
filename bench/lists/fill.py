"""A province of the size that the issue names: 11 cities, 117 counties, 900 mines, and so many hazards."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone

from minewarden.center.audit.models import AuditEvent, AuditHead
from minewarden.center.cases.models import Case, CaseYear, Extension, Transition
from minewarden.center.cases.search_text import search_text
from minewarden.center.registry.models import (
    Camera,
    Edge,
    EdgeMine,
    Mine,
    Node,
    NodeKind,
    NodePath,
    Place,
    RoleGrant,
    User,
)  # fmt: skip
from minewarden.center.video.models import CameraLive, Event
from minewarden.standards import camera_code

from .raw import insert, without_indexes
from .texts import pool

CITIES, COUNTIES, MINES = 11, 117, 900
OFFICES = 1 + CITIES + COUNTIES  # their nodes come before those of the mines
CLASSES = ("10", "14", "40", "43", "53")
CAMERAS_A_PLACE = 6
DONE = 0.86  # the share that is closed or looked back at
PASSWORD = "coal-and-candle-9"
# account → (role, where)
PEOPLE = {
    f"{role}_{where}": (role, where)
    for role in ("inspector", "office_head", "video_watch", "operations", "administrator", "inspectorate")
    for where in ("county", "city", "province")
} | {"mine": ("mine", "mine"), "mine_head": ("mine_head", "mine")}
OPEN_STATES = ("found", "verified", "assigned", "rectifying", "handed_in", "returned", "accepted")
DATED = frozenset(OPEN_STATES[2:])
LEVELS = ("red", "orange", "yellow", "blue")
SCENES = (("no_helmet", "no_helmet"), ("over_limit", "over_limit"), ("camera_health", "covered"))
DAY_SECONDS = 86_400

Tell = Callable[[str], None]


def fill(rows: int, tell: Tell, seed: int = 20261123) -> None:
    """Fill a migrated, empty database. The same seed gives the same province."""
    chance, now = random.Random(seed), timezone.now().replace(microsecond=0)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for pragma in ("synchronous=OFF", "cache_size=-1000000", "foreign_keys=OFF"):
                cursor.execute(f"PRAGMA {pragma}")
    with transaction.atomic():
        _registry(chance, now)
    tell(f"{MINES} mines, {Camera.objects.count()} cameras")
    with without_indexes(Case), transaction.atomic():
        _cases(chance, now, rows)
    tell(f"{rows} hazards")
    with without_indexes(Event, AuditEvent, Transition), transaction.atomic():
        _beside(chance, now, rows)
    tell(f"{Event.objects.count()} events, {AuditEvent.objects.count()} audit events")


def _registry(chance: random.Random, now: datetime) -> None:
    nodes = [(1, "云岭省局", NodeKind.PROVINCE, None)]
    cities = [2 + number for number in range(CITIES)]
    nodes += [(pk, f"第{pk}市局", NodeKind.CITY, 1) for pk in cities]
    counties = [cities[-1] + 1 + number for number in range(COUNTIES)]
    nodes += [(pk, f"第{pk}县局", NodeKind.COUNTY, cities[place % CITIES]) for place, pk in enumerate(counties)]
    mines = [counties[-1] + 1 + number for number in range(MINES)]
    nodes += [(pk, f"{pk}号煤矿", NodeKind.MINE, counties[place % COUNTIES]) for place, pk in enumerate(mines)]
    insert(Node, ("id", "name", "kind", "parent_id"), nodes)
    parents = {pk: parent for pk, _name, _kind, parent in nodes}
    insert(NodePath, ("ancestor_id", "descendant_id", "depth"), _paths(parents))
    kinds = [(place + 1, pk, f"99{place:010d}", f"{pk}号煤矿", "1") for place, pk in enumerate(mines)]
    insert(Mine, ("id", "node_id", "code", "name", "kind"), kinds)
    places = [(place, number) for place in range(MINES) for number in CLASSES]
    insert(
        Place,
        ("id", "mine_id", "place_class", "name"),
        [(pk, place + 1, number, f"{number} 类场所") for pk, (place, number) in enumerate(places, 1)],
    )
    edges = [(pk, f"edge-{pk}", f"{pk:064d}", now) for pk in range(1, 91)]
    insert(Edge, ("id", "name", "token_hash", "created_at"), edges)
    insert(EdgeMine, ("edge_id", "mine_id"), [(mine % 90 + 1, mine) for mine in range(1, MINES + 1)])
    insert(Camera, ("id", "code", "place_id", "name", "source", "state", "edge_id"), _cameras(places))
    insert(
        CameraLive,
        ("camera_id", "connection", "since", "mode"),
        [
            (pk, "online" if chance.random() < 0.95 else "offline", now, "patrol")
            for pk in range(1, MINES * len(CLASSES) * CAMERAS_A_PLACE + 1)
        ],
    )
    _people({"province": 1, "city": cities[0], "county": counties[0], "mine": mines[0]}, now)
    _next_keys(Node, Mine, Place, Edge, Camera, User)


def _paths(parents: dict[int, int | None]) -> Iterator[tuple[int, int, int]]:
    for pk in parents:
        above: int | None = pk
        depth = 0
        while above is not None:
            yield above, pk, depth
            above, depth = parents[above], depth + 1


def _cameras(places: list[tuple[int, str]]) -> Iterator[tuple[Any, ...]]:
    pk = 0
    for place, (mine, number) in enumerate(places, 1):
        for serial in range(1, CAMERAS_A_PLACE + 1):
            pk += 1
            code = camera_code(f"99{mine:010d}", number, serial)
            yield pk, code, place, f"{mine + 1} 矿 {number} 类 {serial} 号", "rtsp://x/", "active", mine % 90 + 1


def _people(nodes: dict[str, int], now: datetime) -> None:
    secret = make_password(PASSWORD)
    people = list(enumerate(PEOPLE.items(), 1))
    insert(User, ("id", "username", "password", "full_name"), [(pk, name, secret, name) for pk, (name, _) in people])
    insert(
        RoleGrant,
        ("user_id", "role", "node_id", "valid_from"),
        [(pk, role, nodes[where], now) for pk, (_name, (role, where)) in people],
    )


def _next_keys(*models: Any) -> None:
    """Tell PostgreSQL which keys are taken; SQLite sees for itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in models:
                table = model._meta.db_table
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")


def _cases(chance: random.Random, now: datetime, rows: int) -> None:
    columns = (
        *("id", "number", "kind", "state", "mine_id", "node_id", "place_id", "title", "description", "level"),
        *("found_at", "found_by_id", "due_at", "extended_until", "responsible", "recurrence", "version", "search_text"),
    )
    optional = ("clause", "closed_at")
    known = {field.attname for field in Case._meta.concrete_fields}
    extra = tuple(name for name in optional if name in known)
    insert(Case, columns + extra, _case_rows(chance, now, rows, extra))
    insert(CaseYear, ("year", "last"), [(year, rows) for year in (2024, 2025, 2026)])


def _case_rows(chance: random.Random, now: datetime, rows: int, extra: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    texts = pool(chance)
    found_words = [search_text(text.title, text.description) for text in texts]
    step = 3 * 365 * DAY_SECONDS / rows
    numbers = dict.fromkeys((2023, 2024, 2025, 2026), 0)
    for place in range(rows):
        found_at = now - timedelta(seconds=(rows - place) * step * chance.uniform(0.98, 1.0))
        numbers[found_at.year] += 1
        number = f"{found_at.year}-{numbers[found_at.year]:06d}"
        mine = chance.randint(1, MINES)
        chosen = chance.randrange(len(texts))
        text, old = texts[chosen], (rows - place) > rows * (1 - DONE)
        state = ("closed" if chance.random() < 0.8 else "looked_back") if old else chance.choice(OPEN_STATES)
        due = found_at + timedelta(days=chance.choice((3, 7, 15, 30))) if old or state in DATED else None
        if not old and due and chance.random() < 0.95:
            due = max(due, now + timedelta(days=chance.randint(1, 20)))
        extended = due + timedelta(days=5) if due and chance.random() < 0.03 else None
        words = f"{number} {found_words[chosen]} {search_text(f'{mine + OFFICES}号煤矿', '王工')}"
        more = {"clause": f"2026-{mine % 17 + 1}.{place % 7 + 1}", "closed_at": due if old else None}
        yield (
            uuid.UUID(int=chance.getrandbits(128), version=4), number, "hazard" if place % 5 else "violation", state,
            mine, mine + OFFICES, (mine - 1) * len(CLASSES) + 1 + place % len(CLASSES), text.title,
            text.description, chance.choice(LEVELS), found_at, 1, due, extended, "王工",
            1 if place % 40 == 0 else 0, 5, words, *(more[name] for name in extra),
        )  # fmt: skip


def _beside(chance: random.Random, now: datetime, rows: int) -> None:
    events = rows // 5
    cameras = MINES * len(CLASSES) * CAMERAS_A_PLACE
    insert(
        Event,
        (
            *("id", "edge_id", "camera_id", "place_id", "mine_id", "scene", "label", "started_at", "ended_at"),
            *("revision", "confidence", "model", "settings_version", "received_at", "urgency", "state"),
        ),
        (_event(chance, now, chance.randrange(cameras), place / events) for place in range(events)),
    )
    waiting = Case.objects.filter(state__in=("assigned", "rectifying")).values_list("pk", "due_at")[: rows // 50]
    insert(
        Extension,
        ("case_id", "state", "until", "reason", "requested_by_id", "requested_at"),
        [
            (pk, "pending" if place % 20 == 0 else "approved", due + timedelta(days=5), "等配件", 1, now)
            for place, (pk, due) in enumerate(list(waiting))
        ],
    )
    recent = list(Case.objects.order_by("-found_at").values_list("pk", "found_at", "mine__node_id")[: rows // 5])
    insert(
        Transition,
        ("case_id", "version", "action", "from_state", "to_state", "actor_id", "at", "rules_version"),
        ((pk, 1, "open", "", "found", 1, at, "bench") for pk, at, _node in recent),
    )
    written = AuditEvent.objects.count()  # what bringing the office up to date wrote
    insert(
        AuditEvent,
        (
            *("sequence", "at", "actor_id", "actor_name", "action", "object_type", "object_id", "changes", "shape"),
            *("row_hash", "node_id", "previous_hash", "hash"),
        ),
        (
            (place, at, 1, "inspector_county", "cases.open", "cases.case", str(pk), {"state": [None, "found"]},
             "0" * 64, "0" * 64, node, "0" * 64, "0" * 64)
            for place, (pk, at, node) in enumerate(reversed(recent), written + 1)
        ),
    )  # fmt: skip
    head = {"sequence": written + len(recent), "hash": "0" * 64}
    AuditHead.objects.update_or_create(pk=1, defaults=head)
    _next_keys(AuditHead)


def _event(chance: random.Random, now: datetime, camera: int, share: float) -> tuple[Any, ...]:
    place = camera // CAMERAS_A_PLACE
    mine = place // len(CLASSES)
    started = now - timedelta(days=365 * (1 - share))
    scene, label = chance.choice(SCENES)
    state = "waiting" if share > 0.99 else chance.choice(("confirmed", "rejected"))
    return (
        uuid.UUID(int=chance.getrandbits(128), version=4), mine % 90 + 1, camera + 1, place + 1, mine + 1, scene, label,
        started, started + timedelta(seconds=20), 1, 0.8, {"name": "starter"}, 1, started, chance.randint(1, 4), state,
    )  # fmt: skip
