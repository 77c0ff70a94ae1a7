"""What all tests share: no time limits for made-up examples, which a busy machine would miss; words in English,
whatever the machine speaks and whatever the test before asked for.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from sim.words import language

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@contextmanager
def in_english() -> Iterator[None]:
    """English inside; afterwards what was there before, whatever was asked for inside."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(language.VARIABLE, "en")
        token = language._chosen.set("")
        yield
        language._chosen.reset(token)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test begins in English, and leaves no other language behind."""
    with in_english():
        yield


@pytest.fixture(autouse=True, scope="module")
def module_in_english() -> Iterator[None]:
    """So do the fixtures that a file of tests shares: they are made before the fixture of a single test."""
    with in_english():
        yield


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of `qcap init DIR --excel`."""
    from sim.cli import main  # noqa: PLC0415  not for tests that need none of it

    folder = tmp_path_factory.mktemp("book")
    assert main(["init", str(folder), "--excel", "--lang", "en"]) == 0
    return folder / "scenario.xlsx"
