"""A real browser against a real server. Marker ``browser``; without a browser tests are skipped, on CI they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from minewarden.center.registry.models import User
from tests.center.fixtures import _office_of_the_test, django_db_keepdb, django_db_modify_db_settings
from tests.center.world import PASSWORD, World, make_world

__all__ = ["_office_of_the_test", "django_db_keepdb", "django_db_modify_db_settings"]

# Playwright's own event loop makes Django believe that it is inside one; it is not.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--mute-audio",
]
TIMEOUT_MS = 20_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium, started once."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        reason = "no chromium, chromium-browser or google-chrome on this machine"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """``new_page(**options)``: a page in a context of its own (another person, another screen); options are those of
    Playwright's ``new_context``. Any script error fails the test, and so does any call to a foreign host."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def make(**options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN", **options})
        context.set_default_timeout(TIMEOUT_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
        page.on("request", lambda request: _only_this_office(request.url, faults))
        return page

    yield make
    for context in contexts:
        context.close()
    assert faults == []


def _only_this_office(url: str, faults: list[str]) -> None:
    if not url.startswith(("http://localhost", "http://127.0.0.1", "blob:", "data:")):
        faults.append(f"a request left the office: {url}")


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page on a desktop screen of 1366 × 768."""
    return new_page()


@pytest.fixture
def world(transactional_db: None) -> World:
    """The invented province, committed, so that the server's threads see it."""
    return make_world()


@pytest.fixture
def login(live_server) -> Callable[[Page, User], None]:
    """``login(page, user)``: log in through the form and land on the user's first page."""

    def log_in(page: Page, user: User) -> None:
        page.goto(f"{live_server.url}/login/")
        page.fill("input[name=username]", user.username)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button.button-main")
        page.wait_for_url(lambda url: "/login/" not in url)

    return log_in
