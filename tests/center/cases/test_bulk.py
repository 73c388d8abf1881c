"""One step for many cases: looked at first, each by the same rules, nothing of somebody faster overwritten."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minewarden.center.audit.models import AuditEvent
from minewarden.center.cases import bulk
from minewarden.center.cases.models import Case, Transition
from minewarden.center.jobs.models import Job
from minewarden.center.jobs.run import JobRun
from minewarden.center.lists.models import BulkRun
from tests.center.cases.conftest import Walker


@pytest.fixture
def client_of(walker: Walker):
    def log_in(name: str) -> Client:
        client = Client()
        client.force_login(walker.world.users[name], "django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


def choose(client: Client, action: str, cases: list[Case], **also) -> str:
    """Tick cases in the list; answers the address of the look at them."""
    answer = client.post(reverse("cases:bulk"), {"action": action, "case": [case.pk for case in cases], **also})
    assert answer.status_code == 302
    return answer.url


def in_two_weeks() -> str:
    return (timezone.localdate() + timedelta(days=14)).isoformat()


def test_assigning_several_says_first_who_is_skipped_and_why(client_of, walker: Walker):
    ready = [walker.to("verified") for _ in range(3)]
    early, late = walker.open(), walker.to("handed_in")
    client = client_of("inspector")
    address = choose(client, "assign", [*ready, early, late])
    page = client.get(address)
    assert (page.context["count"], page.context["count_skipped"]) == (3, 2)
    assert Case.objects.filter(state="assigned").count() == 0
    assert client.post(address, {"due_at": "", "responsible": ""}).status_code == 422
    assert client.post(address, {"due_at": "2020-01-01", "responsible": "王工"}).status_code == 422
    answer = client.post(address, {"due_at": in_two_weeks(), "responsible": "王工"}, follow=True)
    assert (answer.context["done"], answer.context["count_left"]) == (3, 2)
    changed = Case.objects.filter(state="assigned")
    assert {case.pk for case in changed} == {case.pk for case in ready}
    assert {case.responsible for case in changed} == {"王工"}
    assert {timezone.localtime(case.due_at).hour for case in changed} == {23}
    events = AuditEvent.objects.filter(action="cases.assign").exclude(request_id="")  # the walker has no request
    assert len({event.request_id for event in events}) == 1


def test_a_case_that_changed_after_the_look_is_skipped_and_told(client_of, walker: Walker):
    cases = [walker.open(), walker.open()]
    client = client_of("inspector")
    address = choose(client, "verify", cases)
    assert client.get(address).context["count"] == 2
    walker.do(cases[0], "reject", "inspector_2", reason="不存在")
    page = client.post(address, {"reason": ""}, follow=True)
    assert (page.context["done"], page.context["count_left"]) == (1, 1)
    assert "监察员乙" in page.content.decode()
    assert Case.objects.get(pk=cases[0].pk).state == "rejected"


def test_a_second_click_does_nothing_twice(client_of, walker: Walker):
    client = client_of("inspector")
    address = choose(client, "verify", [walker.open()])
    for _ in range(2):
        client.post(address, {"reason": ""})
    assert Transition.objects.filter(action="verify").count() == 1


def test_all_that_fits_the_filters_is_taken_from_every_page(client_of, walker: Walker):
    for place in range(55):
        walker.open(level="red" if place < 52 else "blue")
    client = client_of("inspector")
    page = client.get(choose(client, "verify", [], everything="on", query="level=red&state=found"))
    assert page.context["count"] == 52


def test_what_is_not_the_users_is_never_touched(client_of, walker: Walker):
    case = walker.open()
    neighbour = client_of("inspector_b")
    answer = neighbour.post(reverse("cases:bulk"), {"action": "verify", "case": [case.pk]})
    assert answer.url.startswith(reverse("cases:list"))
    assert neighbour.post(reverse("cases:bulk"), {"action": "verify", "everything": "on"}).url.startswith("/cases/?")
    assert client_of("mine_a").post(reverse("cases:bulk"), {"action": "verify", "case": [case.pk]}).status_code == 403
    own = choose(client_of("inspector"), "verify", [case])
    assert client_of("inspector_2").get(own).status_code == 404


def test_who_may_only_see_is_told_for_each_case(walker: Walker):
    case = walker.to("handed_in")
    run = bulk.plan(walker.world.users["mine_a"], "accept", Case.objects.filter(pk=case.pk), "")
    seen = bulk.preview(run, walker.world.users["mine_a"])
    assert not seen.changing
    assert seen.skipped[0].reason


def test_nonsense_in_a_filter_takes_nothing(client_of, walker: Walker):
    walker.open()
    answer = client_of("inspector").post(
        reverse("cases:bulk"), {"action": "verify", "everything": "on", "query": "state=nonsense"}
    )
    assert answer.url.startswith(reverse("cases:list"))
    assert not BulkRun.objects.exists()


def test_many_are_done_by_a_job_that_goes_on_where_it_was_killed(client_of, walker: Walker, monkeypatch):
    monkeypatch.setattr(bulk, "INLINE", 2)
    cases = [walker.open() for _ in range(4)]
    client = client_of("inspector")
    address = choose(client, "verify", cases)
    page = client.post(address, {"reason": ""}, follow=True)
    assert page.context["running"]
    run, waiting = BulkRun.objects.get(), Job.objects.get()
    # A worker moved the first and was killed before it could say so.
    first = Case.objects.get(pk=run.rows[0][0])
    walker.do(first, "verify", "inspector")
    result = bulk.bulk_job(JobRun(waiting))
    assert result == {"changed": 4, "of": 4}
    assert Transition.objects.filter(action="verify").count() == 4
    assert not client.get(address).context["running"]


def test_the_look_asks_no_more_of_the_database_for_more_cases(client_of, walker: Walker, django_assert_max_num_queries):
    cases = [walker.open() for _ in range(30)]
    client = client_of("inspector")
    client.get(reverse("cases:list"))
    for count in (3, 30):
        address = choose(client, "verify", cases[:count])
        with django_assert_max_num_queries(14):
            client.get(address)


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_the_same_cases_at_once_change_each_once(walker: Walker):
    cases = Case.objects.filter(pk__in=[walker.open().pk for _ in range(6)])
    users = [walker.world.users[name] for name in ("inspector", "inspector_2")]
    runs = [bulk.plan(user, "verify", cases, "") for user in users]

    def confirm(place: int) -> None:
        bulk.confirm(runs[place], users[place], {"reason": ""})
        connections.close_all()

    threads = [Thread(target=confirm, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Transition.objects.filter(action="verify").count() == 6
    told = [reason for run in BulkRun.objects.all() for _key, reason in run.results if reason]
    assert len(told) == 6
