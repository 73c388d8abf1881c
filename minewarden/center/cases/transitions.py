"""Loads the table of moves and refuses one that cannot be right."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from minewarden.center.audit.canonical import digest
from minewarden.center.registry.scope import roles_with

from .clocks import clocks
from .facts import facts
from .guards import GUARDS
from .models import Kind, Slot, State


class BrokenTable(ValueError):
    """``transitions.toml`` contradicts itself or the program; the message names the entry."""


@dataclass(frozen=True)
class Move:
    """One row of the table: what an action wants in one state of one kind, and where it leads."""

    kind: str
    source: str
    action: str
    target: str
    permission: str
    guards: tuple[str, ...]
    proof_slot: str
    proof_at_least: int
    wants_reason: bool
    wants_due_at: bool
    wants_responsible: bool
    facts: tuple[str, ...]
    facts_taken: tuple[str, ...]
    office_clock: str
    recurs: bool

    @property
    def all_facts(self) -> tuple[str, ...]:
        """The particulars that the step's form shows: those it wants, then those it only takes."""
        return self.facts + self.facts_taken


@dataclass(frozen=True)
class Table:
    """All moves, and what the states mean. ``version`` is the hash of the content."""

    version: str
    initial: dict[str, str]
    found_by_machine: frozenset[str]
    open_permission: dict[str, str]
    terminal: dict[str, frozenset[str]]
    order: tuple[str, ...]
    done: frozenset[str]
    clock_runs: frozenset[str]
    mine_acts: frozenset[str]
    moves: dict[tuple[str, str, str], Move]

    def move(self, kind: str, state: str, action: str) -> Move | None:
        """What an action wants in this state; None where there is no such action."""
        return self.moves.get((kind, state, action))

    def moves_from(self, kind: str, state: str) -> list[Move]:
        """Everything that may follow, in the table's order."""
        return [move for (k, s, _), move in self.moves.items() if (k, s) == (kind, state)]

    def states_of(self, kind: str) -> list[str]:
        """The states that a kind can be in, in the table's order."""
        moves = [move for move in self.moves.values() if move.kind == kind]
        there = {self.initial[kind], *(move.source for move in moves), *(move.target for move in moves)}
        return [state for state in self.order if state in there]


@cache
def table() -> Table:
    """The table of the package."""
    return parse(tomllib.loads(files(__package__).joinpath("transitions.toml").read_text("utf-8")))


def parse(content: dict[str, Any]) -> Table:
    """Turn the parsed file into a checked table.

    Raises:
        BrokenTable: a state that cannot be reached or left, an unknown state, kind, guard, slot or permission.
    """
    moves: dict[tuple[str, str, str], Move] = {}
    for entry in content["moves"]:
        for move in _expand(entry):
            key = (move.kind, move.source, move.action)
            if key in moves:
                raise BrokenTable(f"{key} stands in the table twice")
            moves[key] = move
    kinds = content["kinds"]
    states = content["states"]
    result = Table(
        version=digest(content),
        initial={kind: entry["initial"] for kind, entry in kinds.items()},
        found_by_machine=frozenset(kind for kind, entry in kinds.items() if entry["found_by"] == "machine"),
        open_permission={kind: entry["open"] for kind, entry in kinds.items()},
        terminal={kind: frozenset(entry["terminal"]) for kind, entry in kinds.items()},
        order=tuple(states["order"]),
        done=frozenset(states["done"]),
        clock_runs=frozenset(states["clock_runs"]),
        mine_acts=frozenset(states["mine_acts"]),
        moves=moves,
    )
    _check(result)
    return result


def _expand(entry: dict[str, Any]) -> list[Move]:
    known = {
        "kinds",
        "from",
        "action",
        "to",
        "permission",
        "guards",
        "proof",
        "reason",
        "due_at",
        "responsible",
        "facts",
        "office_clock",
        "recurs",
    }
    if unknown := set(entry) - known:
        raise BrokenTable(f"{entry.get('action')}: unknown words {sorted(unknown)}")
    proof = entry.get("proof", {"slot": "", "at_least": 0})
    wanted = entry.get("facts", [])
    return [
        Move(
            kind=kind,
            source=source,
            action=entry["action"],
            target=entry["to"],
            permission=entry["permission"],
            guards=tuple(entry.get("guards", ())),
            proof_slot=proof["slot"],
            proof_at_least=proof["at_least"],
            wants_reason=entry.get("reason", False),
            wants_due_at=entry.get("due_at", False),
            wants_responsible=entry.get("responsible", False),
            facts=tuple(name for name in wanted if not name.endswith("?")),
            facts_taken=tuple(name.removesuffix("?") for name in wanted if name.endswith("?")),
            office_clock=entry.get("office_clock", ""),
            recurs=entry.get("recurs", False),
        )
        for kind in entry["kinds"]
        for source in entry["from"]
    ]


def _check(result: Table) -> None:
    if set(result.order) != set(State.values) or set(result.initial) != set(Kind.values):
        raise BrokenTable("the table's states or kinds are not those of the models")
    for key, move in result.moves.items():
        if move.kind not in result.initial or not {move.source, move.target} <= set(result.order):
            raise BrokenTable(f"{key}: unknown kind or state")
        if unknown := [name for name in move.guards if name not in GUARDS]:
            raise BrokenTable(f"{key}: no such guard: {', '.join(unknown)}")
        if move.proof_slot and move.proof_slot not in Slot.values:
            raise BrokenTable(f"{key}: no such slot: {move.proof_slot}")
        if unknown := [name for name in move.all_facts if name not in facts()]:
            raise BrokenTable(f"{key}: no such fact: {', '.join(unknown)}")
        if move.office_clock and move.office_clock not in clocks():
            raise BrokenTable(f"{key}: no such clock: {move.office_clock}")
        _check_permission(key, move.permission)
    for kind in result.initial:
        _check_permission(kind, result.open_permission[kind])
        _check_ways(result, kind)
    if missing := set(result.order) - {state for kind in result.initial for state in result.states_of(kind)}:
        raise BrokenTable(f"no way leads to {', '.join(sorted(missing))}")


def _check_permission(key: object, permission: str) -> None:
    try:
        roles_with(permission)
    except KeyError as error:
        raise BrokenTable(f"{key}: {error.args[0]}") from error


def _check_ways(result: Table, kind: str) -> None:
    """Every state of a kind can be reached, and left unless it is terminal."""
    reached, waiting = {result.initial[kind]}, [result.initial[kind]]
    while waiting:
        for move in result.moves_from(kind, waiting.pop()):
            if move.target not in reached:
                reached.add(move.target)
                waiting.append(move.target)
    there = result.states_of(kind)
    if missing := set(there) - reached:
        raise BrokenTable(f"{kind}: no way leads to {', '.join(sorted(missing))}")
    if unknown := result.terminal[kind] - set(there):
        raise BrokenTable(f"{kind}: no way leads to {', '.join(sorted(unknown))}")
    for state in there:
        terminal = state in result.terminal[kind]
        if terminal == bool(result.moves_from(kind, state)):
            raise BrokenTable(f"{kind}: {state} is {'terminal but has' if terminal else 'without'} a way out")
