"""The certificate of `baroalgi demo --lan`. The demo itself with it: tests/journeys/test_restored.py."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from baroalgi.operations import lan
from baroalgi.operations.trouble import CannotRun

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


def names(made: lan.Tls) -> list[str]:
    certificate = x509.load_pem_x509_certificate(made.certificate.read_bytes())
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(each) for each in found.get_values_for_type(x509.IPAddress)]


def test_the_certificate_stays_until_the_address_changes_or_it_ends(tmp_path):
    made = lan.tls(tmp_path, "192.168.0.7", now=NOW)
    first = made.fingerprint()
    assert names(made) == ["192.168.0.7", "127.0.0.1", "::1"]
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    assert lan.tls(tmp_path, "192.168.0.7", now=NOW + timedelta(days=88)).fingerprint() == first
    later = lan.tls(tmp_path, "192.168.0.7", now=NOW + timedelta(days=90)).fingerprint()
    assert later != first
    assert names(lan.tls(tmp_path, "10.0.0.2", now=NOW)) == ["10.0.0.2", "127.0.0.1", "::1"]


def test_a_machine_without_a_network_is_told_so(monkeypatch):
    monkeypatch.setattr(lan, "_own_addresses", list)
    with pytest.raises(CannotRun, match=r"in no network; join the Wi-Fi, or say --lan ADDRESS\.$"):
        lan.address("")


def test_the_address_is_one_of_this_machine():
    assert not any(each.startswith("127.") for each in lan._own_addresses())
    assert lan.address("127.0.0.1") == "127.0.0.1"
    with pytest.raises(CannotRun, match=r"198\.51\.100\.9 is no address of this machine"):
        lan.address("198.51.100.9")
