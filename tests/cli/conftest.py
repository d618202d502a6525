"""Commands set up the logs of their process, which here is that of the tests."""

import pytest


@pytest.fixture(autouse=True)
def _logs(logs_as_before: None) -> None: ...
