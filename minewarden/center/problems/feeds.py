"""What else the search is fed with: sources of other apps, each with its own kind of time.

An app that keeps records with a cause tells the search of them when it is loaded; nothing here has to know the app::

    register_feed(Feed("incident", _("Dangerous incidents"), read=…, topics=…, lines=…, hours=_("hours worked")))

The inspections' hazards and what was seen on video are the search's own two (:mod:`.reading`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from minewarden.center.registry.models import Mine, User

from .models import Source

NAME_MOST: Final = 10  # characters of a feed's name: the columns hold no more


@dataclass(frozen=True, slots=True)
class FedVisit:
    """Time in which something could happen or be found: of a mine, by a key of the feed's own (a month, a round)."""

    key: str
    mine: int
    day: date
    minutes: int


@dataclass(frozen=True, slots=True)
class FedRecord:
    """One record: its key at the feed, the visit that it belongs to, and its topic (the search writes ``name:topic``).

    ``visit`` None: nobody knows the time in which it could have happened; it is left out, and said.
    """

    key: str
    visit: str | None
    topic: str
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Fed:
    """All that a feed has of a period. Keys must follow from what the records say, not from the order of writing."""

    visits: Sequence[FedVisit]
    records: Sequence[FedRecord]


@dataclass(frozen=True, slots=True)
class Line:
    """A record as a candidate's page lists it."""

    title: str
    url: str
    mine: Mine
    day: date


@dataclass(frozen=True)
class Feed:
    """A source.

    Attributes:
        name: stable, in lower case; kept with every candidate.
        label: what it is called. hours: what its time is called, such as "hours worked"; visit: what a visit is.
        left_out: what its records without a visit are called.
        read: its records and time from one day to another, both included; ``clause`` not empty: only of this topic
            (without the name before it).
        topics: topic → what it is called.
        lines: those of these keys that the user may see, the newest first. A feed answers for its own rights.
    """

    name: str
    label: str | Promise
    hours: str | Promise
    visit: str | Promise
    left_out: str | Promise
    read: Callable[[date, date, str], Fed]
    topics: Callable[[], Mapping[str, str | Promise]]
    lines: Callable[[User, Iterable[str]], list[Line]]


_feeds: dict[str, Feed] = {}


def register_feed(feed: Feed) -> None:
    """Feed the search with this source from now on.

    Raises:
        ValueError: the name is taken, too long or holds a colon.
    """
    if feed.name in _feeds or feed.name in Source.values or len(feed.name) > NAME_MOST or ":" in feed.name:
        raise ValueError(f"not a name for a feed: {feed.name!r}")
    _feeds[feed.name] = feed


def feeds() -> list[Feed]:
    """All that are registered, by name."""
    return [_feeds[name] for name in sorted(_feeds)]


def feed_of(source: str) -> Feed | None:
    """The feed of a source; None of the search's own, and of an app that is not installed any more."""
    return _feeds.get(source)


def source_words(source: str) -> str:
    """What a source is called; one that nobody registers any more by its name."""
    if source in Source.values:
        return str(Source(source).label)
    return str(_feeds[source].label) if source in _feeds else source


def time_words(source: str) -> tuple[str, str] | None:
    """What a visit and the time of a source are called; None of inspections, which are called so."""
    if source == Source.VIDEO:
        return str(_("a week of a mine")), str(_("hours watched"))
    feed = feed_of(source)
    return (str(feed.visit), str(feed.hours)) if feed else None


def left_out_words(source: str) -> str:
    """What a feed's records without a visit are called."""
    feed = feed_of(source)
    return str(feed.left_out) if feed else source


def fed_topic(clause: str) -> str | None:
    """What the topic of a feed is called; None where a clause is of none."""
    name, colon, topic = clause.partition(":")
    feed = _feeds.get(name) if colon else None
    return None if feed is None else str(feed.topics().get(topic, topic))
