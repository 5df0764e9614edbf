"""A parent at the form: what is typed, and the way through the pages by an HTTP client."""

from typing import Any

from django.test import Client

from tests.issuing import ISSUE_PASSWORD

PASSWORD = "Hanul20260"
NUMBER = "8507072345671"  # a demo number: valid date, wrong check digit


def answers(counter: Any, **changes: str) -> dict[str, str]:
    """Return what 이은정 types into the form."""
    return {
        "name": "이은정",
        "rrn_0": NUMBER[:6],
        "rrn_1": NUMBER[6:],
        "mobile": "010-1234-5678",
        "phone_home": "043 742 0000",
        "email": "eunjeong@example.kr",
        "postcode": "29115",
        "address1": "충청북도 영동군 황간면 남성1길 12",
        "address2": "101동 202호",
        "place": str(counter.id),
        "issue_password": PASSWORD,
    } | changes


def at_the_form(client: Client, **consent: str) -> Client:
    """Bring a visitor past the terms."""
    answer = client.post("/certificate/apply/", {"agree": "on"} | consent)
    assert answer.status_code == 302, answer.text
    return client


def applied(client: Client, counter: Any, **changes: str) -> str:
    """Hand an application in; return its number."""
    from baroalgi.registration.models import Application

    answer = at_the_form(client).post("/certificate/apply/form/", answers(counter, **changes))
    assert (answer.status_code, answer["Location"]) == (302, "/certificate/apply/done/"), answer.text
    return str(Application.objects.using("owner").order_by("-id").values_list("number", flat=True)[0])


STATUS = "/certificate/status/"


def look_up(client: Client, number: str, issue_password: str = ISSUE_PASSWORD) -> Any:
    """Ask how an application stands; 302 when it was opened."""
    return client.post(STATUS, {"number": number, "issue_password": issue_password})


def opened(application: Any) -> Client:
    """Return a browser that opened an application of the cast by number and issuing password."""
    browser = Client()
    answer = look_up(browser, application.number)
    assert (answer.status_code, answer["Location"]) == (302, STATUS), answer.text
    return browser


def ticks(**changes: str) -> dict[str, str]:
    """Return the four steps of an officer who saw everything."""
    return {
        "id_card": "resident_card",
        "face_seen": "on",
        "rrn": NUMBER,
        "form_paper": "on",
        "id_copy": "on",
    } | changes
