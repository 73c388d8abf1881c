"""Figures of the video work for the head's page and for ``/metrics``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from minewarden.center.registry.models import Camera, User
from minewarden.center.ui.shell import Figure

from . import health, queries
from .models import EdgeLive, Event, ReviewState

MONTH: Final = timedelta(days=30)


def video_figures(user: User) -> list[Figure]:
    """What the cameras do now and what they brought in thirty days, each with the list it was counted from."""
    now = timezone.now()
    overview = health.overview(health.cameras_now(user, now))
    since = timezone.localtime(now - MONTH).date()
    recent = queries.narrowed(Event.objects.for_user(user, queries.VIEW), {"since": since})
    states = dict(recent.order_by().values_list("state").annotate(Count("pk")))
    at, events = reverse("video:health"), f"{reverse('video:events')}?since={since.isoformat()}"
    down = overview.total - overview.states["online"]
    waiting = queries.narrowed(Event.objects.for_user(user, queries.VIEW), {"state": ReviewState.WAITING}).count()
    return [
        Figure(_("Cameras online"), overview.states["online"], f"{at}?state=online"),
        Figure(_("Cameras not in order"), down, f"{at}?state=trouble", "red" if down else ""),
        Figure(_("Events waiting"), waiting, f"{reverse('video:events')}?state=waiting"),
        Figure(_("Events in 30 days"), sum(states.values()), events),
        Figure(_("Confirmed in 30 days"), states.get(ReviewState.CONFIRMED, 0), f"{events}&state=confirmed"),
        Figure(_("Turned down in 30 days"), states.get(ReviewState.REJECTED, 0), f"{events}&state=rejected"),
    ]


class VideoCollector(Collector):
    """Reads the figures of ``/metrics`` out of the database, so that every worker of the office tells the same."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        """Every figure, computed at this moment."""
        waiting = Event.objects.filter(state__in=(ReviewState.WAITING, ReviewState.SENT_ON)).order_by()
        counts = dict(waiting.values_list("state").annotate(Count("pk")))
        events = GaugeMetricFamily("minewarden_events_waiting", "Events that wait for a verdict", labels=["state"])
        for waits in (ReviewState.WAITING, ReviewState.SENT_ON):
            events.add_metric([waits.value], counts.get(waits.value, 0))
        yield events

        cameras = GaugeMetricFamily("minewarden_cameras", "Cameras in use by state", labels=["state"])
        states = health.with_state(Camera.objects.all(), self.now).order_by().values_list("now_state")
        known = dict(states.annotate(Count("pk")))
        for state in health.STATES:
            cameras.add_metric([state], known.get(state, 0))
        yield cameras

        sums = EdgeLive.objects.aggregate(
            accepted=Sum("events_accepted"),
            repeated=Sum("events_repeated"),
            refused=Sum("events_refused"),
            evidence=Sum("evidence_bytes"),
            to_send=Sum("events_waiting"),
        )
        ingest = CounterMetricFamily("minewarden_ingest_events", "Events that edges delivered", labels=["result"])
        for result in ("accepted", "repeated", "refused"):
            ingest.add_metric([result], sums[result] or 0)
        yield ingest
        yield CounterMetricFamily("minewarden_evidence_bytes", "Bytes of evidence kept", value=sums["evidence"] or 0)
        yield GaugeMetricFamily("minewarden_edge_events_to_send", "Events still at edges", value=sums["to_send"] or 0)

        heard = self.now - timedelta(seconds=settings.EDGE_SILENT_SECONDS)
        silent = EdgeLive.objects.filter(edge__revoked_at=None, received_at__lt=heard).count()
        yield GaugeMetricFamily("minewarden_edges_silent", "Edges without a heartbeat for too long", value=silent)
