"""A homeroom teacher approves thirty requests that match, in one act, from press to answer."""

import time
from statistics import median

from baroalgi.operations.bench.place import Place
from baroalgi.operations.bench.types import Figure
from baroalgi.operations.journey.visitor import Visitor
from baroalgi.operations.postgres.roles import DATABASE
from baroalgi.operations.trouble import CannotRun

REQUESTS, ROUNDS = 30, 7


def measure(place: Place) -> Figure:
    """Press the button that approves them all, several times over new requests."""
    content = place.sheet
    child = next(row for row in content["families"] if row["state"] == "new")["children"][0]
    teacher = next(
        row
        for row in content["staff"]
        if (row["role"], row["school"], row["class"])
        == ("homeroom_teacher", child["school"], f"{child['grade']}-{child['class']}")
    )
    of_class = {"school_code": child["school_code"], "grade": child["grade"], "class_no": child["class"]}
    taken = []
    with Visitor(place.url) as browser:
        browser.open("/sign-in/staff/")
        form = browser.page.form(field="login").fill(login=teacher["login"], password=teacher["password"])
        browser.send(form.press("다음"))
        for _n in range(ROUNDS):
            links = place.part("crowd", "owner", kind="requests", n=REQUESTS, **of_class)["made"]
            page = browser.open("/desk/child-links/", "학부모서비스 신청")
            sending = page.form(field="link").press(f"{REQUESTS}건 승인")
            begun = time.perf_counter()
            browser.send(sending)
            taken.append(time.perf_counter() - begun)
            _expect_approved(place, links)
    return Figure(
        name="approving",
        what=f"{REQUESTS} matching requests approved in one act",
        value=median(taken) * 1e3,
        sense="at most",
        limit=300,
        unit="ms from the press to the list that follows",
        said=f"between {min(taken) * 1e3:.0f} and {max(taken) * 1e3:.0f} ms in {ROUNDS} rounds",
    )


def _expect_approved(place: Place, links: list[int]) -> None:
    """Raises CannotRun: what was not done must not be measured. Then makes room for the next round."""
    with place.server.admin(DATABASE) as admin:
        row = admin.execute(
            "SELECT count(*) FROM guardianship_childlink WHERE id = ANY(%s) AND state = 'approved'", [links]
        ).fetchone()
        if row != (REQUESTS,):
            raise CannotRun(f"{REQUESTS} requests should have been approved, not {row and row[0]}.")
        admin.execute("UPDATE guardianship_childlink SET state = 'ended' WHERE id = ANY(%s)", [links])
