"""Pages of the registry: what they cost, what they show and what they keep."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minewarden.center.registry import services
from minewarden.center.registry.models import Camera, Edge, Role
from minewarden.standards import camera_code
from tests.center.world import make_camera, make_mine, make_user

pytestmark = pytest.mark.django_db
BUDGET = 12


def queries_of(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def fill(world, start: int, count: int) -> None:
    """More mines, places, cameras, edges and accounts."""
    for number in range(start, start + count):
        mine = make_mine(world.city_a, f"9901020{number:05d}", f"矿 {number}")
        place = services.create_place(None, mine=mine, place_class="43", name="副井口")
        edge, _token = services.create_edge(None, name=f"edge {number}", mines=[mine, world.mine_a])
        make_camera(place, 1, edge)
        make_camera(world.place_a, 2 + number)
        services.create_place(None, mine=world.mine_a, place_class="20", name=f"车场 {number}")
        make_user(f"user-{number}", Role.INSPECTOR, world.city_a)


PAGES = [
    "head",
    "search",
    "mines",
    "mine",
    "cameras",
    "camera",
    "edges",
    "edge",
    "users",
    "user",
    "nodes",
    "camera_edit",
]


def test_a_page_costs_at_most_twelve_queries_and_no_more_with_more_rows(world, client):
    client.force_login(world.users["administrator"])
    samples = {"mine": world.mine_a, "camera": world.camera_a, "camera_edit": world.camera_a, "edge": world.edge_a}
    samples["user"] = world.users["inspector"]
    addresses = {
        page: reverse(f"registry:{page}", args=[samples[page].pk] if page in samples else []) for page in PAGES
    }
    addresses["search"] += "?q=矿"
    client.get(addresses["mines"])  # a session's first page also asks whether the account is in order
    fill(world, 1, 10)
    few = {page: queries_of(client, address) for page, address in addresses.items()}
    fill(world, 11, 80)
    many = {page: queries_of(client, address) for page, address in addresses.items()}
    assert many == few
    assert {page: count for page, count in many.items() if count > BUDGET} == {}


def test_an_inspectors_lists_stay_within_the_budget_with_everything_that_waits(world, client):
    client.force_login(world.users["inspector"])
    for page in ("mines", "cameras"):
        assert queries_of(client, reverse(f"registry:{page}")) <= BUDGET


def test_the_pages_of_a_list_hold_every_row_once_forwards_and_backwards(world, client):
    fill(world, 1, 61)
    client.force_login(world.users["administrator"])
    expected = list(Camera.objects.order_by("code").values_list("code", flat=True))
    seen, query, pages = [], "", []
    while True:
        page = client.get(reverse("registry:cameras") + query).context["page"]
        pages.append([camera.code for camera in page.rows])
        seen += pages[-1]
        if not page.next:
            break
        query = page.next
    assert seen == expected
    backwards = client.get(reverse("registry:cameras") + page.previous).context["page"]
    assert [camera.code for camera in backwards.rows] == pages[-2]
    assert backwards.next


@pytest.mark.parametrize("token", ["nonsense", "W10=", "WzEsMl0=", "%00"])
def test_a_damaged_page_address_is_a_400_and_no_500(world, client, token):
    client.force_login(world.users["administrator"])
    assert client.get(reverse("registry:cameras"), {"after": token}).status_code == 400
    assert client.get("/api/registry/cameras", {"after": token}).status_code == 400


def test_a_list_can_be_narrowed_to_an_office(world, client):
    client.force_login(world.users["administrator"])
    text = client.get(reverse("registry:mines"), {"node": world.city_b.pk}).context["page"].rows
    assert [mine.code for mine in text] == [world.mine_b.code]


def test_cameras_are_found_by_place_class_state_edge_and_words(world, client):
    client.force_login(world.users["administrator"])

    def found(**filters: object) -> set[str]:
        return {row.code for row in client.get(reverse("registry:cameras"), filters).context["page"].rows}

    assert found(place_class="40") == {world.camera_b.code}
    assert found(edge=world.edge_a.pk) == {world.camera_a.code, world.camera_a2.code}
    assert found(edge="none") == set()
    assert found(state="retired") == set()
    assert found(q="机头一") == {world.camera_a.code}
    assert found(q=world.camera_b.code[:10], mine=world.mine_b.pk) == {world.camera_b.code}


def test_a_search_with_one_answer_opens_it(world, client):
    client.force_login(world.users["administrator"])
    response = client.get(reverse("registry:search"), {"q": world.camera_b.code})
    assert response["Location"] == reverse("registry:camera", args=[world.camera_b.pk])


def test_a_camera_is_registered_by_form_and_a_wrong_code_comes_back_beside_its_field(world, client):
    client.force_login(world.users["operations"])
    data = {
        "place": world.place_a.pk,
        "code": camera_code(world.mine_b.code, "14", 9),
        "name": "九号",
        "source": "rtsp://192.0.2.9/live",
        "state": "active",
        "edge": world.edge_a.pk,
    }
    wrong = client.post(reverse("registry:camera_add"), data)
    assert wrong.status_code == 422
    assert "第 1–6 位" in wrong.content.decode()
    data["code"] = camera_code(world.mine_a.code, "14", 9)
    assert client.post(reverse("registry:camera_add"), data).status_code == 302
    camera = Camera.objects.get(code=data["code"])
    assert (camera.name, camera.scenes) == ("九号", [])


def test_a_camera_changed_without_a_source_keeps_its_own_and_the_page_never_shows_the_password(world, client):
    client.force_login(world.users["operations"])
    address = reverse("registry:camera_edit", args=[world.camera_a.pk])
    assert "s3cret" not in client.get(address).content.decode()
    data = {
        "code": world.camera_a.code,
        "name": "新名",
        "state": "paused",
        "reason": "lens dirty",
    }
    assert client.post(address, data).status_code == 302
    camera = Camera.objects.get(pk=world.camera_a.pk)
    assert (camera.name, camera.state, camera.source) == ("新名", "paused", world.camera_a.source)
    assert (camera.settings_version, camera.scenes) == (2, world.camera_a.scenes)
    shown = client.get(reverse("registry:camera", args=[camera.pk])).content.decode()
    assert "s3cret" not in shown
    assert "viewer:•••@" in shown


def test_a_token_is_shown_once(world, client):
    client.force_login(world.users["operations"])
    response = client.post(reverse("registry:edge_add"), {"name": "edge-new", "mines": [world.mine_a.pk]})
    token = response.context["token"]
    assert token in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    edge = Edge.objects.get(name="edge-new")
    assert services.edge_of_token(token) == edge
    assert token not in client.get(reverse("registry:edge", args=[edge.pk])).content.decode()


def test_an_edge_of_two_cities_is_not_the_business_of_one(world, client):
    both, _token = services.create_edge(None, name="both", mines=[world.mine_a, world.mine_b])
    client.force_login(world.users["operations"])
    assert client.post(reverse("registry:edge_revoke", args=[both.pk])).status_code == 404
    client.force_login(world.users["administrator"])
    assert client.post(reverse("registry:edge_revoke", args=[both.pk])).status_code == 302


def test_an_office_is_renamed_and_moved_by_its_form(world, client):
    client.force_login(world.users["administrator"])
    address = reverse("registry:node_edit", args=[world.city_a.pk])
    assert client.post(address, {"name": "新名", "parent": world.city_b.pk}).status_code == 302
    world.city_a.refresh_from_db()
    assert (world.city_a.name, world.city_a.parent) == ("新名", world.city_b)
    circle = client.post(
        reverse("registry:node_edit", args=[world.city_b.pk]), {"name": "x", "parent": world.city_a.pk}
    )
    assert circle.status_code == 422
