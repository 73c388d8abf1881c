"""The frame in a real browser: keys, telephone, and everything without JavaScript."""

from __future__ import annotations

from playwright.sync_api import expect


def test_keys_search_and_say_what_they_do(world, page, login, live_server):
    login(page, world.users["administrator"])
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type(world.camera_b.code)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/registry/cameras/{world.camera_b.pk}/")


def test_rows_are_walked_by_keys(world, page, login, live_server):
    login(page, world.users["administrator"])
    page.goto(f"{live_server.url}/registry/mines/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tr.here a").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/registry/mines/*/")


def test_a_dangerous_step_asks_first(world, page, login, live_server):
    login(page, world.users["operations"])
    page.goto(f"{live_server.url}/registry/edges/{world.edge_a.pk}/")
    page.fill("#reason", "lost")
    page.click("main form button.button-danger")
    page.click("#confirm button[value=no]")
    world.edge_a.refresh_from_db()
    assert world.edge_a.revoked_at is None
    page.click("main form button.button-danger")
    page.click("#confirm button[value=yes]")
    expect(page.locator(".note-success")).to_be_visible()
    world.edge_a.refresh_from_db()
    assert world.edge_a.revoked_at is not None


def test_without_javascript_one_logs_in_filters_changes_the_language_and_registers_an_edge(
    world, new_page, login, live_server
):
    page = new_page(java_script_enabled=False)
    login(page, world.users["administrator"])
    page.goto(f"{live_server.url}/registry/mines/")
    page.fill("main input[name=q]", "白岭")
    page.click("main form.filters button")
    expect(page.locator("table.data tbody tr")).to_have_count(1)
    page.goto(f"{live_server.url}/registry/edges/add/")
    page.fill("main input[name=name]", "edge-new")
    page.select_option("main select[name=mines]", str(world.mine_a.pk))
    page.click("main form .button-main")
    expect(page.locator("#token")).to_be_visible()
    page.click(".bar-menu.me summary")
    page.click("button[name=language][value=en]")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_on_a_telephone_pages_are_one_column_and_the_navigation_folds_out(world, new_page, login, live_server):
    page = new_page(viewport={"width": 390, "height": 844})
    login(page, world.users["administrator"])
    for address in ("head", "mines", "cameras", "edges", "users", f"mines/{world.mine_a.pk}"):
        page.goto(f"{live_server.url}/registry/{address}/")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    expect(page.locator("#nav")).to_be_hidden()
    page.click(".bar-nav")
    expect(page.locator("#nav")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#nav")).to_be_hidden()
