"""The pages of jobs."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from minewarden.center.jobs.models import Job
from minewarden.center.jobs.services import enqueue

pytestmark = pytest.mark.django_db


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_page_of_a_running_job_asks_again_each_second_and_of_a_done_one_never(world):
    inspector = world.users["inspector"]
    job = enqueue("jobs.forget", actor=inspector)
    client = client_of(inspector)
    page = client.get(reverse("jobs:job", args=[job.pk])).content.decode()
    assert 'hx-trigger="every 1s"' in page
    assert "排队等候" in page
    Job.objects.filter(pk=job.pk).update(state="done", result={"url": "/cases/", "label": "打开台账"})
    page = client.get(reverse("jobs:progress", args=[job.pk])).content.decode()
    assert "hx-trigger" not in page
    assert 'href="/cases/"' in page
    assert "打开台账" in page


def test_a_colleague_does_not_see_my_job_and_the_administrator_does(world):
    job = enqueue("jobs.forget", actor=world.users["inspector"])
    url = reverse("jobs:job", args=[job.pk])
    assert client_of(world.users["inspector_2"]).get(url).status_code == 404
    assert client_of(world.users["administrator"]).get(url).status_code == 200


def test_stopping_and_trying_again_by_button(world):
    job = enqueue("jobs.forget", actor=world.users["inspector"])
    client = client_of(world.users["inspector"])
    client.post(reverse("jobs:cancel", args=[job.pk]))
    assert Job.objects.get(pk=job.pk).state == "cancelled"
    client.post(reverse("jobs:retry", args=[job.pk]))
    assert Job.objects.get(pk=job.pk).state == "queued"


def test_the_list_takes_as_many_queries_for_fifty_as_for_one(world, django_assert_max_num_queries):
    client = client_of(world.users["administrator"])
    for number in range(60):
        enqueue("jobs.forget", actor=world.users["inspector"], unique_key=str(number))
    client.get(reverse("jobs:list"))  # the first request of a session also writes it down
    with django_assert_max_num_queries(12):
        assert client.get(reverse("jobs:list")).status_code == 200
