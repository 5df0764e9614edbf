"""The module's own tests, which run under node without a browser."""

from .conftest import run_node


def test_the_modules_own_tests_pass() -> None:
    run = run_node("test/run.mjs")
    assert run.returncode == 0, run.stdout + run.stderr
