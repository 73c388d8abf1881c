"""Chinese first, English by the switch; the browser's own wish does not count."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


def test_a_browser_that_wishes_english_still_gets_chinese(client):
    page = client.get("/login/", headers={"Accept-Language": "en-US,en;q=0.9"})
    assert page.headers["Content-Language"] == "zh-hans"
    assert "登录" in page.content.decode()


def test_the_switch_makes_it_english_and_back(client):
    client.post("/ui/language/setlang/", {"language": "en", "next": "/login/"})
    assert "Log in" in client.get("/login/").content.decode()
    client.post("/ui/language/setlang/", {"language": "zh-hans", "next": "/login/"})
    assert "登录" in client.get("/login/").content.decode()


def test_a_language_that_does_not_exist_is_no_language(client):
    client.cookies["django_language"] = "xx"
    assert client.get("/login/").headers["Content-Language"] == "zh-hans"
