"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.center import standing
from tests.prepared import prepared_database, prepared_template

__all__ = ["prepared_database", "prepared_template"]

# A property holds or does not, however slow the machine is; in CI the same examples are tried every time.
settings.register_profile("anywhere", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "anywhere")

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Of every folder: a test outside ``tests/center`` must not find the province of those inside."""
    standing.prepare(item)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the tests of a file share is made once: all that ask for it go to one worker."""
    for item in items:
        fixtures = item._fixtureinfo.name2fixturedefs.values()
        shares = any(definition.scope == "module" for chain in fixtures for definition in chain)
        if shares and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.path.relative_to(REPOSITORY).as_posix()))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: a worker often waits, for a browser, a camera or a process that it has started."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real pictures, clips and detectors; it is not part of the project, so its tests can be skipped."""
    folder = Path(os.environ.get("MINEWARDEN_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no data folder at {folder}: set MINEWARDEN_DATA to run the tests on real pictures and clips")
    return folder
