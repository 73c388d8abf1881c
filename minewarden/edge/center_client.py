"""The edge's side of the protocol in ``minewarden.contract``, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

import httpx
from pydantic import BaseModel, ValidationError

from minewarden.contract import (
    Assignments,
    BatchReceipt,
    EventBatch,
    EventMessage,
    EvidenceReceipt,
    Heartbeat,
    HeartbeatReply,
    PulseReply,
    SceneCatalogue,
    SceneReceipt,
    TaskReceipt,
    TaskResult,
)

from .errors import CenterRefused, CenterUnreachable, NotOffered

Answer = TypeVar("Answer", bound=BaseModel)


class CenterClient:
    """Calls the center. Every method raises ``CenterUnreachable`` when trying again makes sense and
    ``CenterRefused`` when it does not."""

    def __init__(self, base_url: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self._http = httpx.Client(
            base_url=f"{self.base_url}/api/edge/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(15, connect=5),
            transport=transport,
            trust_env=False,
        )

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def send_events(self, events: tuple[EventMessage, ...]) -> BatchReceipt:
        """Deliver events; a second delivery of the same changes nothing at the center."""
        return self._call("POST", "/events", BatchReceipt, content=EventBatch(events=events).model_dump_json())

    def evidence_received(self, evidence_id: UUID) -> EvidenceReceipt:
        """How much of a file the center has."""
        return self._call("GET", f"/evidence/{evidence_id}", EvidenceReceipt)

    def send_evidence(self, evidence_id: UUID, offset: int, piece: bytes) -> EvidenceReceipt:
        """Deliver one piece; when the center holds another number of bytes its receipt says which."""
        return self._call(
            "PUT",
            f"/evidence/{evidence_id}",
            EvidenceReceipt,
            content=piece,
            parameters={"offset": str(offset)},
        )

    def heartbeat(self, heartbeat: Heartbeat) -> HeartbeatReply:
        """Tell the center that this edge and its cameras live."""
        return self._call("POST", "/heartbeat", HeartbeatReply, content=heartbeat.model_dump_json())

    def assignments(self) -> Assignments:
        """Which cameras this edge is to watch, and for what."""
        return self._call("GET", "/assignments", Assignments)

    def pulse(self) -> PulseReply:
        """Whether the assignments changed, and what is asked of cameras.

        Raises:
            NotOffered: the center is older than this call.
        """
        return self._call("GET", "/pulse", PulseReply)

    def task_result(self, task_id: UUID, result: TaskResult) -> TaskReceipt:
        """Answer what was asked; a second answer changes nothing at the center."""
        return self._call("POST", f"/tasks/{task_id}", TaskReceipt, content=result.model_dump_json())

    def tell_scenes(self, catalogue: SceneCatalogue) -> SceneReceipt:
        """Say what this edge can watch for.

        Raises:
            NotOffered: the center is older than this call.
        """
        return self._call("PUT", "/scenes", SceneReceipt, content=catalogue.model_dump_json())

    def _call(
        self,
        method: str,
        path: str,
        answer: type[Answer],
        *,
        content: str | bytes | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> Answer:
        kind = "application/octet-stream" if isinstance(content, bytes) else "application/json"
        try:
            response = self._http.request(
                method, path, content=content, params=parameters, headers={"Content-Type": kind}
            )
        except httpx.InvalidURL as error:
            raise CenterRefused(f"{self.base_url}: {error}") from error
        except httpx.HTTPError as error:
            raise CenterUnreachable(f"{self.base_url}: {error or type(error).__name__}") from error
        # 409 carries a receipt: the center says how many bytes it has.
        if response.status_code not in {200, 409}:
            self._raise(response)
        try:
            return answer.model_validate_json(response.content)
        except ValidationError as error:
            raise CenterUnreachable(f"{self.base_url}{path}: the answer is not of the contract: {error}") from error

    def _raise(self, response: httpx.Response) -> None:
        said = f"{self.base_url} answered {response.status_code}: {response.text[:300]}"
        if response.status_code in {401, 403}:
            raise CenterRefused(f"{said}; make a new token on the office's page of this edge")
        if response.status_code == 404:
            raise NotOffered(said)
        if 400 <= response.status_code < 500 and response.status_code not in {408, 425, 429}:
            raise CenterRefused(said)
        raise CenterUnreachable(said)
