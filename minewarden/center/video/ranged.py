"""A kept file as an answer, whole or the part that a player asks for (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

CHUNK = 64 * 1024
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def ranged_response(request: HttpRequest, path: Path, media_type: str, sha256: str) -> HttpResponseBase:
    """200 with the file, 206 with one part of it, 304 when the browser has it, 416 for a part that is not there.

    The file never changes under its name, so a browser may keep it; it may not show it to anybody else.

    Raises:
        FileNotFoundError: the record says that the file is kept, and it is gone.
    """
    size, tag = path.stat().st_size, f'"{sha256}"'
    response: HttpResponseBase
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        wanted = _wanted(request, size, tag)
        if wanted is None:
            response = FileResponse(path.open("rb"), content_type=media_type)
        elif not wanted:
            response = HttpResponse(status=416)
            response["Content-Range"] = f"bytes */{size}"
        else:
            response = StreamingHttpResponse(_part(path, wanted), status=206, content_type=media_type)
            response["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{size}"
            response["Content-Length"] = str(len(wanted))
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = tag
    response["Cache-Control"] = "private, max-age=86400, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _wanted(request: HttpRequest, size: int, tag: str) -> range | None:
    """The bytes that are asked for; None for all of them, an empty range where there are none such.

    Several ranges at once, or one that we cannot read, are answered with the whole file, as the standard allows.
    """
    asked = RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if asked is None or request.headers.get("If-Range", tag) != tag or asked.groups() == ("", ""):
        return None
    first, last = asked.groups()
    if not first:
        return range(max(0, size - int(last)), size) if int(last) else range(0)
    start, stop = int(first), min(int(last) + 1 if last else size, size)
    if last and int(last) < int(first):
        return None
    return range(start, stop) if start < size else range(0)


def _part(path: Path, wanted: range) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(wanted.start)
        left = len(wanted)
        while left:
            chunk = stream.read(min(CHUNK, left))
            if not chunk:
                return
            left -= len(chunk)
            yield chunk
