"""Property tests here take as long as the machine needs; real files are used where they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("patient")


@pytest.fixture
def shared() -> Path:
    """The folder of shared test data beside the repository."""
    folder = Path(__file__).parents[2].parent / "shared"
    if not folder.is_dir():
        pytest.skip("../shared is absent")
    return folder
