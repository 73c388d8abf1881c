"""Messages to the outside: off until configured, by a job, tried again, sent once, secrets kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minewarden.center.audit.models import AuditEvent
from minewarden.center.jobs.models import Job
from minewarden.center.jobs.worker import run_pending
from minewarden.center.notices.models import Channel, Message
from minewarden.center.notices.services import save_channel, tell
from minewarden.center.registry.services import update_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel(world, webhook):
    columns = {"name": "甲川群", "node": world.city_a, "role": "inspector", "url": webhook.url}
    return save_channel(world.users["administrator"], Channel(), **columns)


@pytest.fixture
def told(world, walker):
    case = walker.open()

    def tell_inspectors(key: str = "k", **other) -> None:
        users = [world.users["inspector"], world.users["inspector_2"]]
        about = {"case": case, "params": {"action": "verify"}, "node": world.city_a, "role": "inspector"} | other
        tell(users, "step", dedupe_key=key, **about)

    return tell_inspectors


def test_nothing_leaves_the_office_until_somebody_sets_it_up(told):
    told()
    assert not Message.objects.exists()
    assert not Job.objects.exists()


def test_a_group_gets_one_message_thin_and_with_a_link(told, channel, webhook, settings):
    settings.PUBLIC_URL = "https://office.example"
    told()
    assert webhook.received == [], "never from inside a request"
    run_pending()
    told()
    run_pending()
    [message] = webhook.received
    assert message["title"].startswith("核实：2026-")
    assert "https://office.example/cases/" in message["message"]
    assert Message.objects.get().state == "sent"


def test_other_roles_and_other_offices_do_not_go_through_a_channel(told, channel, webhook, world):
    told(role="mine")
    told("other", node=world.city_b)
    run_pending()
    assert webhook.received == []


def test_the_addresses_of_the_settings_get_everything(told, webhook, settings):
    settings.APPRISE_URLS = [webhook.url]
    told()
    told("second", role="mine")
    run_pending()
    assert len(webhook.received) == 2


def test_what_is_not_taken_is_sent_again_later_and_its_fault_is_kept_without_the_secret(told, channel, webhook):
    webhook.answer = 503
    told()
    run_pending()
    message = Message.objects.get()
    assert (message.state, message.tries) == ("waiting", 1)
    assert "503" in message.error
    assert "secret" not in message.error
    webhook.answer = 200
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        run_pending()
    assert len(webhook.received) == 1
    assert Message.objects.get().state == "sent"


def test_after_the_last_try_it_is_failed(told, channel, webhook):
    webhook.answer = 500
    told()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(10):
            run_pending()
            clock.shift(timedelta(hours=2))
    assert (Message.objects.get().state, Job.objects.get().state) == ("failed", "failed")


def test_with_email_in_the_address_each_gets_their_own(told, channel, webhook, world):
    update_user(None, world.users["inspector"], email="a@office.example")
    save_channel(world.users["administrator"], channel, url=webhook.url + "/{email}")
    told()
    run_pending()
    assert [message.to for message in Message.objects.all()] == ["a@office.example"]
    assert len(webhook.received) == 1


def test_a_channel_turned_off_sends_nothing_more(told, channel, webhook, world):
    told()
    save_channel(world.users["administrator"], channel, in_use=False)
    run_pending()
    told("later")
    run_pending()
    assert webhook.received == []


def test_the_address_is_a_secret_of_page_and_audit(channel, webhook, world):
    client = Client()
    client.force_login(world.users["administrator"])
    for url in (
        reverse("notices:channels"),
        reverse("notices:channel", args=[channel.pk]),
        reverse("notices:channel_edit", args=[channel.pk]),
    ):
        page = client.get(url).content.decode()
        assert "very-secret-token" not in page
    assert "very-secret-token" not in str(AuditEvent.objects.latest("sequence").changes)


def test_the_form_refuses_what_apprise_does_not_know_and_keeps_an_address_left_empty(channel, webhook, world):
    client = Client()
    client.force_login(world.users["administrator"])
    url = reverse("notices:channel_edit", args=[channel.pk])
    given = {"name": "甲川群", "node": world.city_a.pk, "role": "", "in_use": "on"}
    assert client.post(url, given | {"url": "ftp-and-nonsense"}).status_code == 422
    assert client.post(url, given | {"url": ""}).status_code == 302
    channel.refresh_from_db()
    assert (channel.url, channel.role) == (webhook.url, "")


def test_a_test_message_shows_whether_it_arrives(channel, webhook, world):
    client = Client()
    client.force_login(world.users["administrator"])
    client.post(reverse("notices:channel_test", args=[channel.pk]))
    run_pending()
    assert webhook.received[0]["title"] == "矿卫测试消息（管理员）"
    assert "已发送" in client.get(reverse("notices:channel", args=[channel.pk])).content.decode()
