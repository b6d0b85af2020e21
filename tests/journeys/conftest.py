"""A library in an empty folder, used through the command as a person would."""

from pathlib import Path

import pytest

from tests.support.commands import Commonplace


@pytest.fixture
def commonplace(tmp_path: Path) -> Commonplace:
    return Commonplace(tmp_path, {"COMMONPLACE_HOME": str(tmp_path / "library")})
