"""The frame of every page: what it lets through, what it says, and that it works without JavaScript."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

import minewarden.center
from minewarden.center.registry import shell
from minewarden.center.registry.models import Role
from minewarden.center.ui.templatetags import ui
from tests.center.world import make_mine, make_user

CENTER = Path(minewarden.center.__file__).parent
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TEMPLATES = sorted(CENTER.glob("*/templates/**/*.html"))


@pytest.mark.parametrize(
    ("due", "chinese", "english"),
    [
        (timedelta(days=-3, hours=-5), "逾期 3 天", "3 days overdue"),
        (timedelta(days=-1), "逾期 1 天", "1 day overdue"),
        (timedelta(hours=2, minutes=10), "2 小时后到期", "due in 2 hours"),
        (timedelta(seconds=5), "1 分钟后到期", "due in 1 minute"),
    ],
)
def test_ages_are_said(due, chinese, english):
    for language, words in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            assert f">{words}<" in ui.age(NOW + due, NOW)
    assert ("age-overdue" in ui.age(NOW + due, NOW)) == (due < timedelta(0))


def test_times_are_the_mines_own_with_the_date():
    assert "2026-11-23 20:00" in ui.local_time(NOW)
    assert "2026-11-23 18:00" in ui.local_time(NOW, "Asia/Urumqi")
    assert "2026-11-23T12:00:00+00:00" in ui.local_time(NOW)


def test_a_level_is_never_a_colour_alone():
    with translation.override("zh-hans"):
        words = [ui.level(name) for name in ("red", "orange", "yellow", "blue")]
    assert [re.sub("<[^>]+>", "", word) for word in words] == ["重大", "较大", "一般", "轻微"]
    assert ui.level(1) == ui.level("red")
    with pytest.raises(KeyError):
        ui.level("green")


def test_words_of_users_are_escaped_in_badges():
    assert "<script>" not in ui.badge("<script>alert(1)</script>")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(CENTER)))
def test_no_template_needs_what_the_policy_forbids(path: Path):
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text), "an inline style"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "an inline handler"
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "an inline script"
    assert not re.search(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", text), "a foreign address"


def test_styles_keep_to_the_oldest_browser_and_name_colours_in_one_file():
    for path in CENTER.glob("*/static/**/*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        for newer in (":has(", ":is(", ":where(", "color-mix(", "@container", "@layer", "inset:", "aspect-ratio"):
            assert newer not in text, f"{path.name}: {newer} is newer than Chrome 86"
        assert not re.search(r"(?:url\(\s*[\"']?)(?:https?:)?//", text)


@pytest.mark.django_db
class TestAnswers:
    def test_every_answer_carries_the_policy(self, client):
        policy = client.get(reverse("login"))["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_a_missing_page_is_designed_and_translated(self, world, client, language):
        client.force_login(world.users["inspector"])
        client.post(reverse("set_language"), {"language": language, "next": "/"})
        response = client.get("/no/such/page/")
        assert response.status_code == 404
        text = response.content.decode()
        assert ("这里没有内容" if language == "zh-hans" else "There is nothing here") in text
        assert "ui/tokens.css" in text

    def test_a_forbidden_page_says_whom_to_ask(self, world, client):
        client.force_login(world.users["mine_a"])
        response = client.get(reverse("registry:users"))
        assert response.status_code == 403
        assert "管理员" in response.content.decode()

    def test_a_broken_page_is_designed_and_tells_nothing(self, world, client, monkeypatch):
        client.force_login(world.users["inspector"])
        client.raise_request_exception = False

        def break_down(*_: object) -> None:
            raise RuntimeError("the secret of the database")

        monkeypatch.setattr("minewarden.center.registry.queries.mines", break_down)
        response = client.get(reverse("registry:mines"))
        assert response.status_code == 500
        text = response.content.decode()
        assert "系统出现故障" in text
        assert "secret" not in text

    def test_a_form_without_its_token_is_refused_in_words(self, world):
        client = Client(enforce_csrf_checks=True)
        response = client.post(reverse("login"), {"username": "x", "password": "y"})
        assert response.status_code == 403
        assert "表单已失效" in response.content.decode()

    def test_the_theme_is_kept_and_only_one_of_ours(self, client):
        client.post(reverse("theme"), {"theme": "dark", "next": "/login/"})
        assert 'data-theme="dark"' in client.get(reverse("login")).content.decode()
        client.post(reverse("theme"), {"theme": '"><script>', "next": "https://elsewhere.example/"})
        assert client.cookies["theme"].value == "dark"

    def test_a_switch_does_not_lead_out_of_the_office(self, client):
        response = client.post(reverse("theme"), {"theme": "dark", "next": "https://elsewhere.example/"})
        assert response["Location"] == "/"

    def test_htmx_gets_the_content_alone_and_others_the_whole_page(self, world, client):
        client.force_login(world.users["inspector"])
        whole = client.get(reverse("registry:mines")).content.decode()
        headers = {"HX-Request": "true", "HX-Target": "content"}
        part = client.get(reverse("registry:mines"), headers=headers).content.decode()
        assert "<html" in whole
        assert "<html" not in part
        assert world.mine_a.name in part

    def test_the_menu_holds_what_the_role_may_open(self, world, client):
        client.force_login(world.users["mine_a"])
        text = client.get(reverse("registry:mines")).content.decode()
        assert reverse("registry:users") not in text
        assert reverse("cases:mine_tasks") in text

    def test_the_api_document_needs_a_login(self, world, client):
        assert client.get("/api/openapi.json").status_code == 302
        client.force_login(world.users["inspector"])
        assert client.get("/api/openapi.json").json()["info"]["title"] == "Minewarden"

    def test_a_call_without_a_login_is_told_so_as_a_problem(self, client):
        response = client.get("/api/registry/mines")
        assert response.status_code == 401
        assert response.json()["error"] == "not_authenticated"


@pytest.mark.django_db
class TestTree:
    def test_it_holds_what_the_user_may_see_and_no_more(self, world):
        (root,) = shell.office_tree(world.users["inspector"])
        assert (root.name, [child.name for child in root.children]) == ("甲川市局", ["青石煤矿"])
        (root,) = shell.office_tree(world.users["administrator"])
        assert [child.name for child in root.children] == ["乙川市局", "甲川市局"]

    def test_it_opens_at_the_mine_in_view(self, world):
        (root,) = shell.office_tree(world.users["administrator"], world.mine_a.node_id)
        opened = {child.name: child.open for child in root.children}
        assert opened == {"甲川市局": True, "乙川市局": False}

    def test_with_very_many_mines_only_those_of_the_office_in_view_stand_there(self, world, monkeypatch):
        monkeypatch.setattr(shell, "TREE_LIMIT", 5)
        make_mine(world.city_a, "990101000009", "又一矿")
        user = world.users["administrator"]
        (root,) = shell.office_tree(user)
        assert [child.children for child in root.children] == [[], []]
        (root,) = shell.office_tree(user, world.city_a.pk)
        assert {child.name: len(child.children) for child in root.children} == {"甲川市局": 2, "乙川市局": 0}
        (root,) = shell.office_tree(user, world.mine_a.node_id)
        assert {child.name: len(child.children) for child in root.children} == {"甲川市局": 2, "乙川市局": 0}

    def test_two_roles_in_two_cities_give_two_trees(self, world):
        user = make_user("both", Role.INSPECTOR, world.city_a)
        from minewarden.center.registry import services

        services.grant_role(None, user=user, role=Role.VIDEO_WATCH, node=world.city_b)
        assert {root.name for root in shell.office_tree(user)} == {"甲川市局", "乙川市局"}


WRITES = re.compile(
    r"\.(?:save|bulk_create|bulk_update|get_or_create|update_or_create)\(|objects\.create\(|\.delete\(\)"
)


def test_pages_write_through_services_only():
    views = [
        *CENTER.glob("*/views.py"),
        *CENTER.glob("*/views/*.py"),
        *CENTER.glob("*/queries.py"),
        *CENTER.glob("*/api.py"),
    ]
    found = {str(path.relative_to(CENTER)): WRITES.findall(path.read_text()) for path in views}
    assert {name: writes for name, writes in found.items() if writes} == {}
