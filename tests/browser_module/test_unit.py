"""The module's own tests, which run under node without a browser."""

from .conftest import run_node


def test_the_modules_own_tests_pass() -> None:
    run = run_node("test/run.mjs")
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_compiler_has_no_complaint() -> None:
    run = run_node("node_modules/typescript/bin/tsc", "--noEmit")
    assert run.returncode == 0, run.stdout + run.stderr
