"""How a list is shown is each user's own; a view that an office shares is found by those below it. No JavaScript."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from minewarden.center.audit.models import AuditEvent
from minewarden.center.cases.columns import CASES
from minewarden.center.lists import services
from minewarden.center.lists.models import Preference, SharedView
from tests.center.cases.conftest import Walker
from tests.center.world import World

LIST = "cases:list"


@pytest.fixture
def client_of(world: World):
    def log_in(name: str) -> Client:
        client = Client()
        client.force_login(world.users[name], "django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


def view_names(client: Client) -> set[str]:
    return {view.name for view in client.get(reverse(LIST), {"all": "on"}).context["listing"].views}


def test_columns_are_shown_in_the_order_that_the_user_chose(client_of, world: World):
    Walker(world).open(title="风筒脱节")
    client = client_of("inspector")
    chosen = {"column": ["title", "clause", "mine"], "place_title": 3, "place_clause": 1, "place_mine": 2}
    answer = client.post(reverse("lists:columns", args=["cases"]), chosen | {"query": "level=yellow"})
    assert answer.url == f"{reverse(LIST)}?level=yellow"
    page = client.get(answer.url)
    assert [column.key for column in page.context["listing"].columns] == ["number", "clause", "mine", "title"]
    assert "风筒脱节" in page.content.decode()
    assert len(client_of("inspector_2").get(reverse(LIST)).context["listing"].columns) == 7
    client.post(reverse("lists:columns", args=["cases"]), {"standard": "on"})
    assert len(client.get(reverse(LIST)).context["listing"].columns) == 7


def test_a_column_that_no_longer_exists_is_passed_over(world: World, client_of):
    Preference.objects.create(user=world.users["inspector"], list_key="cases", columns=["gone", "mine"])
    columns = client_of("inspector").get(reverse(LIST)).context["listing"].columns
    assert [column.key for column in columns] == ["number", "mine"]


def test_every_column_can_be_drawn(client_of, world: World):
    Walker(world).to("handed_in")
    client = client_of("inspector")
    everything = [column.key for column in CASES.columns]
    client.post(reverse("lists:columns", args=["cases"]), {"column": everything})
    page = client.get(reverse(LIST))
    assert page.status_code == 200
    assert len(page.context["listing"].columns) == len(everything)


def test_dense_rows_stay_dense(client_of):
    client = client_of("inspector")
    client.post(reverse("lists:density", args=["cases"]), {"density": "dense", "query": ""})
    assert client.get(reverse(LIST)).context["listing"].dense


def test_a_view_is_saved_opened_made_the_begin_and_removed(client_of):
    client, views = client_of("inspector"), reverse("lists:views", args=["cases"])
    kept = client.post(views, {"name": "红色逾期", "query": "overdue=on&level=red&after=xyz"})
    assert kept.url == f"{reverse(LIST)}?level=red&overdue=on"
    assert view_names(client) == {"红色逾期"}
    assert view_names(client_of("inspector_2")) == set()
    client.post(reverse("lists:start", args=["cases"]), {"query": "level=red&overdue=on"})
    assert client.get(reverse(LIST)).url == kept.url
    assert client.get(reverse(LIST), {"all": "on"}).status_code == 200
    assert client.get(reverse(LIST), {"state": "open"}).status_code == 200
    client.post(reverse("lists:start", args=["cases"]), {"query": ""})
    assert client.get(reverse(LIST)).status_code == 200
    client.post(reverse("lists:remove", args=["cases"]), {"name": "红色逾期"})
    assert view_names(client) == set()


def test_a_shared_view_is_found_below_its_office_and_nowhere_else(client_of, world: World):
    head, views = client_of("office_head"), reverse("lists:views", args=["cases"])
    shared = {"name": "本周到期", "query": "state=soon", "node": world.city_a.pk}
    assert head.post(views, shared).status_code == 302
    assert head.post(views, shared).status_code == 422
    for name in ("inspector", "mine_a", "office_head"):
        assert view_names(client_of(name)) == {"本周到期"}
    assert view_names(client_of("inspector_b")) == set()
    assert AuditEvent.objects.filter(action="lists.share_view").count() == 1
    client_of("inspector").post(reverse("lists:remove", args=["cases"]), {"shared": SharedView.objects.get().pk})
    assert view_names(client_of("inspector")) == {"本周到期"}
    head.post(reverse("lists:remove", args=["cases"]), {"shared": SharedView.objects.get().pk})
    assert view_names(client_of("inspector")) == set()
    assert SharedView.objects.get().retired_at is not None


def test_only_who_may_share_at_the_node_shares_there(client_of, world: World):
    views = reverse("lists:views", args=["cases"])
    client_of("inspector").post(views, {"name": "x", "query": "state=open", "node": world.city_a.pk})
    assert client_of("office_head").post(
        views, {"name": "x", "query": "state=open", "node": world.city_b.pk}
    ).status_code == 422  # fmt: skip
    assert not SharedView.objects.exists()
    with pytest.raises(PermissionDenied):
        services.share_view(world.users["office_head"], CASES, name="x", query="", node=world.province)


@pytest.mark.parametrize("name", ["", "  ", "名" * 41])
def test_a_view_wants_a_name(world: World, name: str):
    with pytest.raises(ValidationError):
        services.save_view(world.users["inspector"], CASES, name=name, query="state=open")


def test_an_unknown_list_is_not_there(client_of):
    assert client_of("inspector").get(reverse("lists:columns", args=["nothing"])).status_code == 404
