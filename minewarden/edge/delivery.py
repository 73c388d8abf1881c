"""Pays the spool's debt to the center: events first, then their evidence, until the center has acknowledged all."""

from __future__ import annotations

import hashlib
import logging
import threading

from minewarden.contract import PIECE_BYTES
from minewarden.vision.sources.dial import BackOff

from .center_client import CenterClient
from .errors import CenterRefused, CenterUnreachable, SpoolError
from .retry import center_back_off
from .spool import OwedEvidence, Spool

log = logging.getLogger(__name__)

# After so many rounds in which the center got every byte and still disagrees on the hash, the file is checked here.
PIECES_WITHOUT_PROGRESS = 3
# Problems in a receipt after which sending again makes no sense (see the contract).
NEVER_TAKEN = frozenset({"too_large", "wrong_media_type"})


class Delivery:
    """One round at a time, or for ever in a thread of its own.

    ``problem`` is the last failure in words, or an empty string; it travels in the heartbeat and is shown at the edge.
    """

    def __init__(self, spool: Spool, center: CenterClient, back_off: BackOff | None = None) -> None:
        self.spool = spool
        self.center = center
        self.problem = ""
        self._back_off = back_off or center_back_off()
        self._wake = threading.Event()
        self._stop = threading.Event()

    def wake(self) -> None:
        """There is something new to deliver."""
        self._wake.set()

    def stop(self) -> None:
        """End ``run_forever`` after the piece in hand."""
        self._stop.set()
        self._wake.set()

    def run_forever(self, idle: float = 2.0) -> None:
        """Deliver until stopped; ``idle`` seconds pass between looks when nothing is owed."""
        while not self._stop.is_set():
            try:
                more = self.deliver_round()
            except (CenterUnreachable, CenterRefused, SpoolError) as error:
                # A refusal of the whole call is not final for the debt: a token can be renewed, so it is kept.
                self._pause(str(error))
                continue
            # A defect of our own must not end delivery unseen: the debt stays, and operations are told.
            except Exception as error:
                log.exception("delivery failed")
                self._pause(f"delivery failed: {error!r}")
                continue
            self._back_off.was_good_for(0)
            self.problem = ""
            if not more:
                self._wake.wait(idle)
                self._wake.clear()

    def _pause(self, problem: str) -> None:
        self.problem = problem
        wait = self._back_off.wait()
        log.warning("delivery: %s; next try in %.1f s", problem, wait)
        self._stop.wait(wait)

    def deliver_round(self) -> bool:
        """Deliver one batch of events and the evidence that may follow; answers whether more is owed now."""
        progress = self._deliver_events()
        for owed in self.spool.owed_evidence(limit=5):
            if self._stop.is_set():
                break
            self._deliver_evidence(owed)
            progress = True
        return progress

    def _deliver_events(self) -> bool:
        events = self.spool.owed_events()
        if not events:
            return False
        receipt = self.center.send_events(tuple(events))
        revisions = {event.event_id: event.revision for event in events}
        for event_id in receipt.accepted:
            if event_id in revisions:
                self.spool.acknowledge_event(event_id, revisions[event_id])
        for refusal in receipt.refused:
            if refusal.event_id in revisions:
                log.error("the center refused event %s: %s", refusal.event_id, refusal.reason)
                self.spool.refuse_event(refusal.event_id, refusal.reason)
        answered = set(receipt.accepted) | {refusal.event_id for refusal in receipt.refused}
        if not answered & set(revisions):
            raise CenterUnreachable("the center answered for none of the events it was sent")
        return True

    def _deliver_evidence(self, owed: OwedEvidence) -> None:
        """Send one file from where the center left off."""
        reference = owed.reference
        receipt = self.center.evidence_received(reference.evidence_id)
        stalled = 0
        while not receipt.complete and not self._stop.is_set():
            if stalled >= PIECES_WITHOUT_PROGRESS:
                self._check_own_file(owed)
                raise CenterUnreachable(f"evidence {reference.evidence_id}: the center takes the bytes and asks again")
            piece = self._read_piece(owed, receipt.received)
            if piece is None:
                return
            before = receipt.received
            receipt = self.center.send_evidence(reference.evidence_id, receipt.received, piece)
            if receipt.problem and receipt.problem.error in NEVER_TAKEN:
                self.spool.lose_evidence(reference.evidence_id, receipt.problem.message)
                log.error("the center refused evidence %s: %s", reference.evidence_id, receipt.problem.message)
                return
            stalled = stalled + 1 if receipt.received <= before and not receipt.complete else 0
        if receipt.complete:
            self.spool.complete_evidence(reference.evidence_id)

    def _read_piece(self, owed: OwedEvidence, offset: int) -> bytes | None:
        """The next piece of the file, or None after recording that the file can never be delivered."""
        try:
            with owed.path.open("rb") as file:
                file.seek(offset)
                piece = file.read(PIECE_BYTES)
        except OSError as error:
            self.spool.lose_evidence(owed.reference.evidence_id, str(error))
            log.error("evidence %s is lost: %s", owed.reference.evidence_id, error)
            return None
        if not piece:
            self.spool.lose_evidence(owed.reference.evidence_id, "the file is shorter than was announced")
            log.error("evidence %s is lost: shorter than announced", owed.reference.evidence_id)
            return None
        return piece

    def _check_own_file(self, owed: OwedEvidence) -> None:
        """Find out whether the fault is here: a file that is no longer what was hashed is recorded as lost."""
        with owed.path.open("rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
        if actual != owed.reference.sha256:
            self.spool.lose_evidence(owed.reference.evidence_id, f"its SHA-256 is now {actual}")
            log.error("evidence %s is lost: changed on disk", owed.reference.evidence_id)
