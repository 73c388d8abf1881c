"""The exported schema is the models'; whoever changes a message exports it again."""

from __future__ import annotations

import json
from pathlib import Path

from minewarden.contract import MESSAGES, schema, schema_text

EXPORTED = Path(__file__).resolve().parents[3] / "docs" / "contract.schema.json"


def test_the_schema_in_the_documents_is_that_of_the_models() -> None:
    assert EXPORTED.read_text("utf-8") == schema_text(), (
        "run: python -m minewarden.contract > docs/contract.schema.json"
    )


def test_every_message_is_in_it() -> None:
    definitions = schema()["$defs"]
    assert {message.__name__ for message in MESSAGES} <= set(definitions)
    assert json.loads(schema_text()) == schema()
