"""A source is understood as it is written, and its password is never shown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minewarden.vision.errors import SourceError
from minewarden.vision.sources import mask, parse_address


@pytest.mark.parametrize(
    ("text", "scheme", "url"),
    [
        ("clips/belt.mp4", "file", "clips/belt.mp4"),
        ("/data/a b?.mp4", "file", "/data/a b?.mp4"),
        ("file:clips/belt.mp4", "file", "clips/belt.mp4"),
        ("file:///data/%E7%9F%BF.mp4", "file", "/data/矿.mp4"),
        ("rtsp://10.0.0.7:554/main", "rtsp", "rtsp://10.0.0.7:554/main"),
        ("RTSP://10.0.0.7/main", "rtsp", "RTSP://10.0.0.7/main"),
        ("https://host/live.flv", "https", "https://host/live.flv"),
        ("rtmp://host/app/key", "rtmp", "rtmp://host/app/key"),
    ],
)
def test_files_and_streams_are_told_apart(text: str, scheme: str, url: str) -> None:
    address = parse_address(text)
    assert (address.scheme, address.url) == (scheme, url)
    assert address.is_file == (scheme == "file")
    assert address.is_live == (scheme != "file")


def test_a_file_can_be_played_as_if_live() -> None:
    address = parse_address("file:belt.mp4?loop=1&realtime=1&offset=12.5")
    assert (address.loop, address.realtime, address.offset) == (True, True, 12.5)
    assert address.is_live


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("udp://239.0.0.1:5000", "rtsp://"),
        ("concat:a.mp4|b://x", "allowed"),
        ("rtsp:///main", "no host"),
        ("rtsp://[::1/main", "no host"),
        ("file:?loop=1", "names no file"),
        ("file:a.mp4?lop=1", "'lop'"),
        ("file:a.mp4?loop=yes", "neither 0 nor 1"),
        ("file:a.mp4?offset=-3", "no number of seconds"),
        ("file:a.mp4?offset=nan", "no number of seconds"),
        ("  ", "no source"),
    ],
)
def test_what_is_no_source_is_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(SourceError) as refused:
        parse_address(text)
    assert says in str(refused.value)
    assert refused.value.retry is False


def test_a_refusal_shows_no_password() -> None:
    with pytest.raises(SourceError) as refused:
        parse_address("sftp://admin:Secret1@host/x")
    assert "Secret1" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "rtsp://admin:Secret1@10.0.0.7/main",
        "rtsp://admin:Sec/ret@1Secret1@10.0.0.7/main",
        "cannot open rtsp://admin:Secret1@10.0.0.7/main: refused",
        "http://host/live?user=a&password=Secret1&x=1",
        "http://host/live?token=Secret1",
    ],
)
def test_passwords_are_masked_wherever_they_stand(text: str) -> None:
    masked = mask(text)
    assert "Secret1" not in masked
    assert "***" in masked


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=("Z", "C")), min_size=8, max_size=20))
def test_no_password_is_ever_shown(password: str) -> None:
    shown = "rtsp://admin:***@10.0.0.7/main"
    try:
        address = parse_address(f"rtsp://admin:{password}@10.0.0.7/main")
    except SourceError as error:
        refused = str(error)
    else:
        refused = ""
        assert str(address) == shown
        assert repr(address) == "Address(scheme='rtsp', loop=False, realtime=False, offset=0.0)"
    assert not refused or refused.startswith(f"{shown}: the address names no host")


def test_what_has_no_password_stays_as_it_is() -> None:
    assert mask("rtsp://10.0.0.7:554/main?channel=1") == "rtsp://10.0.0.7:554/main?channel=1"
    assert mask("clips/a:b@c.mp4") == "clips/a:b@c.mp4"
