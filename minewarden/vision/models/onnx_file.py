"""Whether a file is an ONNX model at all, found out without any framework.

An ONNX file is a protocol-buffers message whose field 7 is the graph. Walking its outermost fields costs microseconds
and tells a wrong file from a cut one, which the engines do not: they answer with lines about TensorFlow.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from minewarden.vision.errors import ModelError

GRAPH_FIELD = 7
VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5


class _NotOnnxError(Exception):
    pass


def sha256_of_model(path: Path) -> str:
    """The SHA-256 of an ONNX file, in hexadecimal.

    Raises:
        ModelError: the file is not there, is no ONNX model, or is cut off.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelError(f"{path}: there is no such model file") from error
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error}") from error
    try:
        found = _outer_fields(data)
    except _NotOnnxError as error:
        raise ModelError(f"{path}: this is no ONNX model ({len(data)} bytes; {error})") from error
    if GRAPH_FIELD not in found:
        raise ModelError(f"{path}: this is no ONNX model ({len(data)} bytes; it holds no graph)")
    return hashlib.sha256(data).hexdigest()


def _outer_fields(data: bytes) -> set[int]:
    found: set[int] = set()
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        field, kind = key >> 3, key & 7
        if kind == VARINT:
            _, at = _varint(data, at)
        elif kind == LENGTH:
            size, at = _varint(data, at)
            at += size
        elif kind in (FIXED32, FIXED64):
            at += 4 if kind == FIXED32 else 8
        else:
            raise _NotOnnxError("not its format")
        if at > len(data):
            if GRAPH_FIELD in found or field == GRAPH_FIELD:
                raise _NotOnnxError("the file is cut off: copy it again")
            raise _NotOnnxError("not its format")
        found.add(field)
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(10):
        if at + place >= len(data):
            raise _NotOnnxError("not its format")
        byte = data[at + place]
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    raise _NotOnnxError("not its format")
