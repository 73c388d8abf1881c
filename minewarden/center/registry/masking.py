"""A camera's source as it may be shown: who reads a page must not learn a password from it."""

from __future__ import annotations

import re
from typing import Final

HIDDEN: Final = "•••"
_USER_INFO = re.compile(r"(?<=//)([^/@:\s]*):[^/\s]*@")
_PARAMETER = re.compile(r"(?i)([?&;](?:pass(?:word|wd)?|pwd|token|key|secret)=)[^&;\s]*")


def masked(source: str) -> str:
    """The source with its password, and parameters that look like one, replaced."""
    return _PARAMETER.sub(rf"\1{HIDDEN}", _USER_INFO.sub(rf"\1:{HIDDEN}@", source))
