"""The real edge, which besides writes down every event whose spooling has returned: what must never be lost.

Run as a script with the arguments of ``minewarden edge run``; the journal's path is in EDGE_JOURNAL.
"""

from __future__ import annotations

import os

from minewarden.cli import main
from minewarden.edge.sink import SpoolSink
from minewarden.vision.pipeline.records import EventRecord

journal = os.open(os.environ["EDGE_JOURNAL"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
spool_begin = SpoolSink.begin


def begin_and_note(self: SpoolSink, record: EventRecord) -> None:
    spool_begin(self, record)
    # One write of one line: whole or not there at all, also when killed.
    os.write(journal, f"{record.event_id}\n".encode())


SpoolSink.begin = begin_and_note

if __name__ == "__main__":
    main()
