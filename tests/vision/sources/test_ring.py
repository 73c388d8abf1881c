"""The ring keeps the last seconds, never more bytes than allowed, and always begins with a key packet."""

from __future__ import annotations

import threading
from fractions import Fraction
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minewarden.vision.ring import PacketRing, StreamTemplate

TEMPLATE = StreamTemplate("h264", 192, 144, Fraction(1, 1000), b"", b"")


def packet(size: int, key: bool, number: int = 0) -> av.Packet:
    made = av.Packet(bytes([number % 251]) * size)
    made.is_keyframe = key
    made.pts = made.dts = number * 40
    made.time_base = Fraction(1, 1000)
    return made


def filled(ring: PacketRing, groups: int, gop: int = 25, size: int = 100) -> PacketRing:
    """A second for each group, from time 0 on."""
    ring.begin(TEMPLATE)
    for number in range(groups * gop):
        ring.push(packet(size, number % gop == 0, number), number / gop)
    return ring


def test_it_keeps_what_reaches_its_seconds_back_and_drops_whole_groups() -> None:
    ring = filled(PacketRing(seconds=5), groups=20)
    kept = ring.packets()
    assert kept[0].is_key
    assert kept[0].at == 14.0, "the newest packet is of 19.96: the group of 14 reaches 5 s back, that of 15 does not"
    assert kept[-1].at == 19.96
    assert [one.number for one in kept] == list(range(kept[0].number, kept[-1].number + 1))


def test_the_limit_of_bytes_is_stronger_than_the_seconds() -> None:
    ring = filled(PacketRing(seconds=60, max_bytes=10_000), groups=20)
    assert ring.bytes <= 10_000
    assert ring.packets()[0].is_key
    assert len(ring) == 75 + 25, "four groups of 2,500 bytes"


def test_a_group_larger_than_the_ring_is_given_up_until_the_next_key_packet() -> None:
    ring = PacketRing(seconds=60, max_bytes=1000)
    ring.begin(TEMPLATE)
    for number in range(12):
        ring.push(packet(100, number == 0, number), float(number))
    assert len(ring) == 0
    assert ring.overflows == 1
    ring.push(packet(100, True, 12), 12.0)
    assert [kept.at for kept in ring.packets()] == [12.0]


def test_what_comes_before_a_key_packet_is_not_kept() -> None:
    ring = PacketRing()
    ring.begin(TEMPLATE)
    ring.push(packet(10, False), 0.0)
    ring.push(packet(10, True), 1.0)
    ring.push(packet(10, False), 2.0)
    assert [kept.at for kept in ring.packets()] == [1.0, 2.0]


def test_nothing_is_kept_of_a_connection_that_is_over() -> None:
    ring = filled(PacketRing(seconds=5), groups=2)
    ring.cut("the line was cut")
    ring.push(packet(10, True), 9.0)
    assert len(ring) == 50, "but what came before the cut stays, for the clip of the outage"
    assert not ring.is_open(1)
    assert ring.cut_reason == "the line was cut"


def test_a_new_connection_begins_with_a_key_packet_and_the_old_one_leaves_by_age() -> None:
    ring = filled(PacketRing(seconds=5), groups=3)
    ring.begin(TEMPLATE)
    ring.push(packet(10, False), 3.0)
    assert ring.packets()[-1].connection == 1
    ring.push(packet(10, True), 3.1)
    assert ring.packets()[-1].connection == 2
    assert ring.template(1) is not None
    ring.push(packet(10, True), 20.0)
    ring.push(packet(10, True), 40.0)
    assert {kept.connection for kept in ring.packets()} == {2}
    assert ring.template(1) is None, "no memory grows with reconnects"
    assert ring.is_open(2)


@pytest.mark.parametrize(
    ("wanted", "moment", "first"),
    [(7.5, 9.0, 7.0), (8.0, 9.0, 8.0), (-5.0, 2.0, 0.0), (99.0, 99.0, 9.0)],
    ids=["between two key frames", "at one", "before all", "after all"],
)
def test_a_clip_begins_with_the_key_packet_before_what_is_wanted(wanted: float, moment: float, first: float) -> None:
    ring = filled(PacketRing(seconds=60), groups=10)
    packets = ring.from_before(wanted, moment)
    assert packets[0].is_key
    assert packets[0].at == first
    assert packets[-1].at == 9.96


def test_a_clip_holds_packets_of_the_connection_of_its_moment() -> None:
    ring = filled(PacketRing(seconds=60), groups=4)
    ring.begin(TEMPLATE)
    for number in range(50):
        ring.push(packet(10, number % 25 == 0, number), 10 + number / 25)
    assert {kept.connection for kept in ring.from_before(3.0, 6.0)} == {1}, "an event while the line was down"
    after = ring.from_before(3.0, 10.5)
    assert {kept.connection for kept in after} == {2}
    assert after[0].at == 10.0


def test_since_gives_what_is_new_and_nothing_twice() -> None:
    ring = filled(PacketRing(seconds=60), groups=3)
    numbers = [kept.number for kept in ring.since(60)]
    assert numbers == list(range(61, 76))
    assert ring.since(75) == []
    assert len(ring.since(0)) == 75


pushes = st.lists(
    st.tuples(st.integers(1, 400), st.booleans(), st.floats(0, 3), st.sampled_from(["push"] * 12 + ["begin", "cut"])),
    max_size=120,
)


@settings(deadline=None)
@given(pushes, st.floats(0.5, 20), st.integers(100, 3000))
def test_whatever_is_pushed_the_limits_hold(
    script: list[tuple[int, bool, float, str]], seconds: float, max_bytes: int
) -> None:
    ring = PacketRing(seconds, max_bytes)
    at = 0.0
    ring.begin(TEMPLATE)
    for size, key, step, act in script:
        at += step
        if act == "begin":
            ring.begin(TEMPLATE)
        elif act == "cut":
            ring.cut()
        else:
            ring.push(packet(size, key), at)
        kept = ring.packets()
        assert ring.bytes == sum(len(one.data) for one in kept) <= max_bytes
        if kept:
            assert kept[0].is_key
            starts = [one.at for one in kept if one.is_key]
            assert len(starts) < 2 or starts[1] > kept[-1].at - seconds, "no group is kept that is not needed"
            assert [one.number for one in kept] == sorted({one.number for one in kept})
            connections = [one.connection for one in kept]
            assert connections == sorted(connections)
            firsts = [kept[i] for i in range(len(kept)) if i == 0 or kept[i - 1].connection != kept[i].connection]
            assert all(one.is_key for one in firsts)
            assert all(ring.template(connection) is not None for connection in connections)


def test_one_thread_pushes_while_others_read() -> None:
    ring = PacketRing(seconds=1, max_bytes=50_000)
    ring.begin(TEMPLATE)
    done, wrong = threading.Event(), []

    def read() -> None:
        last = 0
        while not done.is_set():
            new = ring.since(last)
            numbers = [kept.number for kept in new]
            if numbers != sorted(set(numbers)) or any(number <= last for number in numbers):
                wrong.append(numbers)
            last = numbers[-1] if numbers else last

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(5000):
        ring.push(packet(50, number % 25 == 0, number), number / 25)
    done.set()
    for reader in readers:
        reader.join(60)
    assert wrong == []


@pytest.mark.parametrize(("seconds", "size"), [(0, 100), (10, 0), (-1, 100)])
def test_a_ring_that_would_hold_nothing_is_refused(seconds: float, size: int) -> None:
    with pytest.raises(ValueError, match="holds nothing"):
        PacketRing(seconds, size)


def test_a_template_outlives_its_connection(h264: Path) -> None:
    with av.open(str(h264)) as source:
        stream = source.streams.video[0]
        first = next(source.demux(stream))
        template = StreamTemplate.of(stream, first)
        extradata = stream.codec_context.extradata
    with template.open() as header:
        context = header.streams.video[0].codec_context
        assert (context.name, context.width, context.height) == ("h264", 192, 144)
        assert context.extradata == extradata == template.extradata


def test_it_keeps_more_or_less_from_the_next_packet_on() -> None:
    ring = filled(PacketRing(seconds=5), groups=10)
    ring.keep(60.0, 1 << 20)
    for number in range(250, 500):
        ring.push(packet(100, number % 25 == 0, number), number / 25)
    assert ring.packets()[0].at == 4.0
    ring.keep(5.0, 1 << 20)
    ring.push(packet(100, True, 500), 20.0)
    assert ring.packets()[0].at == 15.0
    with pytest.raises(ValueError, match="holds nothing"):
        ring.keep(0, 1)
