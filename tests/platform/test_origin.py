"""Where a request comes from: limits and the audit trail must see the visitor, and nobody may choose."""

import pytest

from baroalgi.registration import lookups

BAD_PAIR = {"number": "202611240000000", "issue_password": "Abcde12345"}


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        ("0", None, "192.0.2.1"),
        ("0", "198.51.100.7", "192.0.2.1"),  # nobody of ours wrote that
        ("1", "198.51.100.7", "198.51.100.7"),
        ("1", "10.9.8.7, 198.51.100.7", "198.51.100.7"),  # the visitor wrote the first entry
        ("2", "198.51.100.7, 203.0.113.5", "198.51.100.7"),
        ("2", "198.51.100.7", "192.0.2.1"),
        ("1", "not an address", "192.0.2.1"),
        ("1", None, "192.0.2.1"),
    ],
)
def test_the_trail_names_the_visitors_address(world, visitor, settings_environment, proxies, forwarded, seen):
    settings_environment(proxies=proxies)
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    visitor.post("/certificate/status/", BAD_PAIR, REMOTE_ADDR="192.0.2.1", **headers)
    assert {entry.address for entry in world.audit()} == {seen}


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),  # one line has them all
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:198.51.100.7", "198.51.100.7", True),
        ("::ffff:198.51.100.7", "::ffff:198.51.100.8", False),
        ("198.51.100.7", "198.51.100.8", False),
    ],
)
def test_limits_count_a_line_not_each_of_its_addresses(world, visitor, first, second, is_one):
    def look_up(address):
        return visitor.post("/certificate/status/", BAD_PAIR, REMOTE_ADDR=address).text

    for _ in range(lookups.OF_NUMBER):
        look_up(first)
    assert (str(lookups.TooManyLookups.message) in look_up(second)) is is_one


def test_a_proxy_does_not_make_everyone_one_visitor(world, visitor, settings_environment):
    settings_environment(proxies="1")

    def look_up(address):
        return visitor.post("/certificate/status/", BAD_PAIR, HTTP_X_FORWARDED_FOR=address).content.decode()

    for _ in range(lookups.OF_NUMBER + 1):
        limited = look_up("198.51.100.7")
    assert limited != look_up("198.51.100.8")
