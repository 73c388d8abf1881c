"""Every string of every app has its Chinese, and the Chinese keeps what is put into the string."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import minewarden.center
from tests.center.ui.messages import of_app

CENTER = Path(minewarden.center.__file__).parent
pytestmark = pytest.mark.one_database
APPS = sorted(path.parent.name for path in CENTER.glob("*/apps.py"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def catalogue(app: str):
    path = CENTER / app / "locale/zh_Hans/LC_MESSAGES/django.po"
    if not path.is_file():
        return {}
    with path.open("rb") as stream:
        return {_singular(message.id): message for message in read_po(stream, locale="zh_Hans") if message.id}


def _singular(text: str | tuple[str, str]) -> str:
    return text if isinstance(text, str) else text[0]


@pytest.mark.parametrize("app", APPS)
def test_no_string_is_missing_in_chinese(app: str):
    # Django merges the catalogues of all apps: a word that another app has is there.
    entries = [entry for other in APPS for entry in catalogue(other).items()]
    translated = {text for text, message in entries if message.string and not message.fuzzy}
    assert of_app(CENTER / app) - translated == set()


@pytest.mark.parametrize("app", APPS)
def test_no_translation_is_left_over(app: str):
    assert set(catalogue(app)) - of_app(CENTER / app) == set()


@pytest.mark.parametrize("app", APPS)
def test_translations_keep_what_is_put_in(app: str):
    for text, message in catalogue(app).items():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for string in strings:
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(string)), text


def test_one_string_has_one_translation_everywhere():
    # Of two translations in the merged catalogues only one would ever be seen.
    seen: dict[str, str] = {}
    for app in APPS:
        for text, message in catalogue(app).items():
            assert seen.setdefault(text, message.string) == message.string, f"{app}: {text}"
