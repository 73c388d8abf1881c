"""What telephones keep of a release: the page in each language and its files, nothing of any user, all or none."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.test import Client

from minewarden.center.hazards import field
from minewarden.center.hazards.field import release as releases
from minewarden.center.hazards.field.words import WORDS
from minewarden.center.ui.csp import POLICY
from tests.center.world import World

SHELL = Path(field.__file__).parent.parent / "templates/hazards/field/shell.html"


def worker_facts() -> dict:
    script = Client().get("/hazards/field/sw.js").content.decode()
    return json.loads(re.match(r"const RELEASE = Object.freeze\((.*)\);\n", script)[1])


@pytest.fixture
def inspector(world: World) -> Client:
    client = Client()
    client.force_login(world.users["inspector"])
    return client


def test_the_page_is_the_same_for_everybody_and_has_nothing_inline(world: World, inspector: Client):
    page = inspector.get("/hazards/field/").content.decode()
    assert page == Client().get("/hazards/field/shell/zh-hans/").content.decode()
    for word in (world.users["inspector"].full_name, "inspector", "csrfmiddlewaretoken", world.mine_a.name):
        assert word not in page
    assert re.findall(r"<script(?! src=)(?! id=\"[\w-]+\" type=\"application/json\")", page) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", page) == []


def test_every_kept_file_is_there_and_has_the_hash_that_the_worker_expects(db):
    facts = worker_facts()
    assert {facts["shells"][language] for language in ("zh-hans", "en")} <= set(facts["files"])
    for address, sha256 in facts["files"].items():
        if address in facts["shells"].values():
            content = Client().get(address).content
        else:
            content = releases._content(address.removeprefix("/static/").split("?")[0])
        assert hashlib.sha256(content).hexdigest() == sha256, address


def test_the_worker_may_answer_for_the_page_alone_and_the_policy_stays_strict(db):
    answer = Client().get("/hazards/field/sw.js")
    assert answer["Service-Worker-Allowed"] == "/hazards/field/"
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Content-Security-Policy"] == POLICY


def test_the_version_is_that_of_the_content(db, settings, tmp_path: Path):
    first = releases.release().version
    assert releases.release().version == first
    newer = tmp_path / "hazards/field/shell.html"
    newer.parent.mkdir(parents=True)
    newer.write_text(SHELL.read_text().replace("</main>", "<p></p></main>"))
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    assert releases.release().version != first
    assert worker_facts()["version"] == releases.release().version


def test_the_manifest_makes_the_page_installable(db):
    manifest = json.loads(Client().get("/hazards/field/manifest.webmanifest").content)
    assert (manifest["name"], manifest["short_name"]) == ("矿卫·随手记", "随手记")
    assert manifest["start_url"] == manifest["scope"] == manifest["id"] == "/hazards/field/"
    assert manifest["display"] == "standalone"
    from PIL import Image

    for icon in manifest["icons"]:
        path = releases.finders.find(icon["src"].removeprefix("/static/"))
        with Image.open(path) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]
    assert {"any", "maskable"} == {icon["purpose"] for icon in manifest["icons"]}


def test_the_scripts_say_only_words_that_there_are_and_all_of_them():
    scripts = "\n".join(path.read_text() for path in (SHELL.parents[3] / "static/hazards/field").glob("*.js"))
    made = tuple(re.findall(r"say\(`(\w+)\$", scripts))
    named = set(re.findall(r'"(\w+)"', scripts))
    assert {key for key in WORDS if not key.startswith(made)} - named == set()
    assert set(re.findall(r'\bsay\("(\w+)"', scripts)) - set(WORDS) == set()


def test_an_unknown_language_is_no_page(db):
    assert Client().get("/hazards/field/shell/xx/").status_code == 404


def test_the_menu_leads_recorders_to_the_page(world: World, inspector: Client):
    assert "/hazards/field/" in inspector.get("/cases/").content.decode()
