"""Telling people: a row for each, once; and a message to the outside where an office has set that up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.models import Case
from minewarden.center.jobs.services import enqueue
from minewarden.center.registry.models import Node, User

from .models import Channel, Message, Notice
from .wording import text

BATCH = 500


@dataclass(frozen=True)
class Told:
    """One thing that one person is told. ``dedupe_key`` names the occasion: each person is told of it once.

    ``node_id`` and ``role`` say as what they are told: by these the channels to the outside are found.
    """

    user_id: int
    kind: str
    params: dict[str, Any]
    url: str
    dedupe_key: str
    case_id: Any = None
    node_id: int | None = None
    role: str = ""


class About(TypedDict, total=False):
    """What a notice is about. ``url`` is a path of ours, that of the case where none is given; ``node`` and ``role``
    say as whose people they are told."""

    params: dict[str, Any]
    url: str
    case: Case
    node: Node
    role: str


def tell(users: Iterable[User], kind: str, *, dedupe_key: str, **about: Unpack[About]) -> int:
    """Tell some people the same; answers how many notices are new. ``kind`` has its words in ``wording.TEXTS``.

    A second call with the same ``dedupe_key`` tells only who was not told.
    """
    case, node, url = about.get("case"), about.get("node"), about.get("url", "")
    given = about.get("params", {})
    if case is not None:
        given = {"case": str(case), "mine": case.concerns, "level": case.level} | given
        url = url or reverse("cases:detail", args=[case.pk])
    return tell_many(
        [
            Told(
                user_id=user.pk,
                kind=kind,
                params=given,
                url=url or reverse("notices:list"),
                dedupe_key=dedupe_key,
                case_id=case.pk if case else None,
                node_id=node.pk if node else None,
                role=about.get("role", ""),
            )
            for user in users
        ]
    )


def tell_many(told: Sequence[Told]) -> int:
    """Write many notices in few queries; answers how many are new. Messages go out after the caller's transaction."""
    now = timezone.now()
    with transaction.atomic():
        fresh = _not_told_yet(told)
        notices = [
            Notice(
                user_id=each.user_id,
                node_id=each.node_id,
                case_id=each.case_id,
                kind=each.kind,
                params=each.params,
                url=each.url,
                dedupe_key=each.dedupe_key[:200],
                created_at=now,
            )
            for each in fresh
        ]
        # Of two who tell the same at once the slower one writes nothing.
        Notice.objects.bulk_create(notices, batch_size=BATCH, ignore_conflicts=True)
        _send(fresh)
    return len(fresh)


def _not_told_yet(told: Sequence[Told]) -> list[Told]:
    keys = {each.dedupe_key[:200] for each in told}
    known: set[tuple[int, str]] = set()
    ordered = sorted(keys)
    for start in range(0, len(ordered), BATCH):
        rows = Notice.objects.filter(dedupe_key__in=ordered[start : start + BATCH])
        known.update(rows.values_list("user_id", "dedupe_key"))
    fresh: dict[tuple[int, str], Told] = {}
    for each in told:
        key = (each.user_id, each.dedupe_key[:200])
        if key not in known:
            fresh.setdefault(key, each)
    return list(fresh.values())


def _send(told: Sequence[Told]) -> None:
    """Queue messages to the outside; where nothing is set up this is one query."""
    channels = list(Channel.objects.filter(in_use=True, node_id__in={each.node_id for each in told if each.node_id}))
    if not told or not (channels or settings.APPRISE_URLS):
        return
    mail = dict(User.objects.filter(pk__in={each.user_id for each in told}).values_list("pk", "email"))
    messages: dict[tuple[int | None, str, str], Message] = {}
    for each in told:
        wanted: list[tuple[Channel | None, str]] = [(None, "")] if settings.APPRISE_URLS else []
        for channel in channels:
            if channel.node_id == each.node_id and channel.role in ("", each.role):
                personal = "{email}" in channel.url
                if not personal or mail[each.user_id]:
                    wanted.append((channel, mail[each.user_id] if personal else ""))
        for channel, to in wanted:
            key = (channel.pk if channel else None, to, each.dedupe_key[:200])
            messages.setdefault(key, _message(each, channel, to))
    known = Message.objects.filter(dedupe_key__in={key[2] for key in messages})
    for known_key in known.values_list("channel_id", "to", "dedupe_key"):
        messages.pop(known_key, None)
    # Of two who tell the same at once the slower one's rows are not written, and its jobs find no message.
    Message.objects.bulk_create(messages.values(), batch_size=BATCH, ignore_conflicts=True)
    for message in messages.values():
        enqueue("notices.deliver", {"message": str(message.pk)})


def _message(each: Told, channel: Channel | None, to: str) -> Message:
    """Thin words and a link: what is behind the link wants a login."""
    with translation.override(settings.LANGUAGE_CODE):
        title = text(each.kind, each.params)
    body = f"{title}\n{settings.PUBLIC_URL}{each.url}" if settings.PUBLIC_URL else title
    now = timezone.now()
    return Message(
        channel=channel, to=to, title=title[:200], body=body, dedupe_key=each.dedupe_key[:200], created_at=now
    )


def mark_read(user: User, keys: Sequence[int] | None = None) -> int:
    """Mark some of the user's notices as read, or all of them; answers how many were unread."""
    unread = Notice.objects.filter(user=user, read_at=None)
    if keys is not None:
        unread = unread.filter(pk__in=keys)
    return unread.update(read_at=timezone.now())


def save_channel(actor: User, channel: Channel, **columns: Any) -> Channel:
    """Write a channel, new or changed."""
    with act("notices.save_channel", actor):
        for name, value in columns.items():
            setattr(channel, name, value)
        channel.save()
    return channel


def send_test(actor: User, channel: Channel) -> Message:
    """Send a few words through a channel, to see whether they arrive."""
    occasion = f"test:{uuid4()}"
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Minewarden: test message of %(who)s") % {"who": actor}
    to = actor.email if "{email}" in channel.url else ""
    with transaction.atomic():
        message = Message.objects.create(
            channel=channel, to=to, title=title[:200], body=title, dedupe_key=occasion, created_at=timezone.now()
        )
        enqueue("notices.deliver", {"message": str(message.pk)}, actor=actor)
    return message
