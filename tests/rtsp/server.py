"""A real RTSP server for tests: GStreamer's, run by Debian's own Python because its bindings live there.

    /usr/bin/python3 server.py --stream STREAM --port PORT [--fps 25] [--user U --password P]

STREAM is a file of access units written by ``serving.write_stream``: a line of JSON ({"codec": "h264"}), then for each
unit four bytes of length (big endian) and its bytes in Annex B form. It is played over and over at ``rtsp://…:PORT/live``
as live video, shared by all clients, so that a client joins wherever the stream is. Prints ``ready`` when it listens.
"""

import argparse
import json
import struct
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402


def read_stream(path):
    with open(path, "rb") as file:
        codec = json.loads(file.readline())["codec"]
        units = []
        while length := file.read(4):
            units.append(file.read(struct.unpack(">I", length)[0]))
    return codec, units


class Player:
    """Pushes one unit after another into the appsrc of the one shared medium."""

    def __init__(self, units, fps):
        self.units, self.fps = units, fps
        self.timer = None

    def configure(self, _factory, media):
        source = media.get_element().get_child_by_name("source")
        self.stop()
        self.next = 0
        self.timer = GLib.timeout_add(int(1000 / self.fps), self.push, source)
        media.connect("unprepared", lambda _media: self.stop())

    def stop(self):
        if self.timer is not None:
            GLib.source_remove(self.timer)
            self.timer = None

    def push(self, source):
        unit = self.units[self.next % len(self.units)]
        self.next += 1
        source.emit("push-buffer", Gst.Buffer.new_wrapped(unit))
        return True


def protect(server, factory, user, password):
    """Digest, as cameras have it."""
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "user")
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    auth.add_digest(user, password, token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("user", "media.factory.access", True)
    permissions.add_permission_for_role("user", "media.factory.construct", True)
    factory.set_permissions(permissions)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stream", required=True)
    parser.add_argument("--port", required=True)
    parser.add_argument("--fps", type=float, default=25.0)
    parser.add_argument("--user")
    parser.add_argument("--password")
    options = parser.parse_args()
    Gst.init(None)
    codec, units = read_stream(options.stream)
    number = {"h264": "264", "hevc": "265"}[codec]
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(
        f"( appsrc name=source is-live=true do-timestamp=true format=time"
        f" caps=video/x-h{number},stream-format=byte-stream,alignment=au"
        f" ! h{number}parse ! rtph{number}pay name=pay0 pt=96 config-interval=-1 )"
    )
    factory.set_shared(True)
    factory.connect("media-configure", Player(units, options.fps).configure)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(options.port)
    server.get_mount_points().add_factory("/live", factory)
    if options.user:
        protect(server, factory, options.user, options.password)
    if not server.attach(None):
        sys.exit(f"port {options.port} is taken")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    GLib.MainLoop().run()


main()
