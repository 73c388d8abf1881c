"""Messages to the outside, by apprise: a job each, tried again when the other side does not answer."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minewarden.center.jobs.errors import JobFailed, TryAgain
from minewarden.center.jobs.registry import job, register_periodic
from minewarden.center.jobs.run import JobRun

from .models import Message, MessageState, Notice

ATTEMPTS: Final = 8  # 30 s, 1 min … about an hour together
FORGET_BATCH: Final = 1000


@job("notices.deliver", attempts=ATTEMPTS, label=gettext_lazy("Send a message"))
def deliver(run: JobRun) -> dict[str, Any] | None:
    """Send one message, once it was sent never again.

    Raises:
        JobFailed: the address is none that apprise knows: trying again makes no sense.
        TryAgain: the other side did not take it.
    """
    message = Message.objects.select_related("channel").filter(pk=run.payload["message"]).first()
    if message is None or message.state == MessageState.SENT:
        return None
    urls = addresses(message)
    if not urls:
        return None  # Turned off meanwhile.
    fault = send(urls, message.title, message.body)
    if fault:
        _note(message, MessageState.WAITING if run.job.attempts < ATTEMPTS else MessageState.FAILED, fault)
        raise TryAgain(fault)
    _note(message, MessageState.SENT, "")
    return None


def addresses(message: Message) -> list[str]:
    """The apprise URLs of a message; none where its channel was turned off."""
    if message.channel is None:
        return list(settings.APPRISE_URLS)
    if not message.channel.in_use:
        return []
    return [message.channel.url.replace("{email}", quote(message.to, safe=""))]


def send(urls: list[str], title: str, body: str) -> str:
    """Send to all; answers what went wrong, without the addresses, which hold secrets.

    Raises:
        JobFailed: no address, or one that apprise does not know.
    """
    # Here, not above: it takes long to load, and only a worker needs it.
    import apprise  # noqa: PLC0415

    sender = apprise.Apprise()
    if not urls or not all(sender.add(url) for url in urls):
        raise JobFailed(_("The address of the channel is not one that apprise knows: correct it."))
    capture: Any = apprise.LogCapture  # it has no types
    with capture(level=logging.WARNING, fmt="%(message)s") as said:
        delivered = sender.notify(title=title, body=body)
        words: str = said.getvalue().strip()
    if delivered:
        return ""
    return _masked(words, urls) or _("The other side did not take the message.")


def _masked(words: str, urls: list[str]) -> str:
    """What apprise said, kept short and without any part of an address that may be a secret."""
    for url in urls:
        for part in url.replace("?", "/").replace("@", "/").replace(":", "/").split("/"):
            if len(part) > 5:  # shorter ones are schemes and ports
                words = words.replace(part, "•••")
    return words[:500]


def _note(message: Message, state: MessageState, error: str) -> None:
    sent_at = timezone.now() if state == MessageState.SENT else None
    Message.objects.filter(pk=message.pk).update(state=state, tries=F("tries") + 1, error=error, sent_at=sent_at)


@job("notices.forget", label=gettext_lazy("Forget old notices"))
def forget(run: JobRun) -> dict[str, Any]:
    """Delete notices and messages older than ``NOTICE_KEEP_DAYS``."""
    before, count = timezone.now() - timedelta(days=settings.NOTICE_KEEP_DAYS), 0
    tables: tuple[QuerySet[Any], ...] = (Notice.objects.all(), Message.objects.all())
    for rows in tables:
        while keys := list(rows.filter(created_at__lt=before).values_list("pk", flat=True)[:FORGET_BATCH]):
            count += rows.filter(pk__in=keys).delete()[0]
            run.progress(count)
    return {"forgotten": count}


register_periodic("notices.forget", every=timedelta(days=1))
