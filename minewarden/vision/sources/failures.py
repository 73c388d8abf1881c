"""What FFmpeg's errors mean to the person who must put them right."""

from __future__ import annotations

import errno

import av.error

from minewarden.vision.errors import SourceError

from .address import Address, mask


class PasswordRefused(SourceError):
    """The camera wants another user or password; dialled again only slowly, because cameras lock accounts."""


_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (av.error.HTTPForbiddenError, "the camera forbids this user to see the stream (403)"),
    (av.error.HTTPNotFoundError, "the camera knows no stream of this path (404)"),
    (av.error.HTTPTooManyRequestsError, "the camera has too many sessions (429)"),
    (av.error.HTTPClientError, "the camera refused the request"),
    (av.error.HTTPServerError, "the camera answered with an error of its own (5xx)"),
    (av.error.ConnectionRefusedError, "nothing listens at this address (connection refused)"),
    (av.error.ConnectionResetError, "the camera broke the connection"),
    (av.error.BrokenPipeError, "the camera broke the connection"),
    (av.error.TimeoutError, "the camera did not answer in time"),
    (av.error.ExitError, "the camera did not answer in time"),
    (av.error.EOFError, "the stream ended"),
    (av.error.ProtocolNotFoundError, "this kind of address is not supported"),
    (av.error.DecoderNotFoundError, "the stream is of a kind that cannot be decoded"),
    (av.error.InvalidDataError, "what the camera sends is no video that can be read"),
)


def failure_of(address: Address, error: av.error.FFmpegError | OSError) -> SourceError:
    """The error of a source in plain words, without passwords; ``retry`` False where trying again cannot help."""
    name = str(address)
    if address.is_file:
        return SourceError(name, _file_words(error), retry=False)
    if isinstance(error, av.error.HTTPUnauthorizedError):
        return PasswordRefused(name, "wrong user or password: the camera answered 401")
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return SourceError(name, words)
    if error.errno == errno.EIO:  # FFmpeg's word for an HTTP stream that ends without having said its length
        return SourceError(name, "the stream broke off")
    reason = mask(str(error.strerror or error))
    return SourceError(name, f"cannot be reached ({reason})")


def _file_words(error: BaseException) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, IsADirectoryError):
        return "this is a folder, not a video file"
    if isinstance(error, PermissionError):
        return "this file may not be read"
    if isinstance(error, av.error.InvalidDataError):
        return "this file is no video, or it is cut off before its index"
    return f"this file cannot be read ({error})"
