"""The two officers at the counter of 황간초등학교, signed in."""

import pytest


@pytest.fixture
def desk(world, as_staff):
    return as_staff(world.officer)


@pytest.fixture
def second_desk(world, as_staff):
    return as_staff(world.second_officer)
