"""The office's secret key: from the environment, or made once and kept beside the records."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key(home: Path) -> str:
    """The key of this office; made on first use with mode 0600 under ``home``.

    Two processes that start together agree: the file is created exclusively, and the loser reads the winner's.
    """
    if from_environment := os.environ.get("MINEWARDEN_SECRET_KEY"):
        return from_environment
    path = home / "secret_key"
    home.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = home / f"secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            return path.read_text().strip()
        finally:
            draft.unlink()
    return path.read_text().strip()
