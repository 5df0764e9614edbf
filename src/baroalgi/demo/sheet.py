"""The sheet of a demo, `demo.json`: its address, who signs in how, and the families to try it with.

Knows no database: made from the plan, written once everything in it is true, and given the address
of each start. It holds passwords, so only its owner reads it.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from baroalgi.demo.people import homeroom_login, own_regional_offices, registrar_login
from baroalgi.demo.plan import OfficePlan, SchoolPlan
from baroalgi.demo.schools import OFFICE
from baroalgi.demo.types import Application, ClassKey, Family, Place, Post, Staff
from baroalgi.organisation import data
from baroalgi.platform import private_file

OUTBOX = "/demo/outbox/"

Sheet = dict[str, Any]


def sheet(
    plan: OfficePlan,
    url: str,
    staff: list[Sheet],
    *,
    number_of: Callable[[Application], str],
    token_of: Callable[[Application], str],
    p12_of: Callable[[Family], Path],
) -> Sheet:
    """Return what `demo.json` holds. `staff`: what `staff_rows` yields; `token_of`: of the issuing link."""
    return {
        "url": url,
        "outbox": url + OUTBOX,
        "staff": staff,
        "families": [_family_row(family, url, number_of, token_of, p12_of) for family in plan.families()],
    }


def staff_rows(plan: OfficePlan) -> Iterator[Sheet]:
    """Yield who is needed to bring every family to its end, each in one role. Only these can sign in."""
    schools = {school.code: school for school in plan.schools()}
    homes = list(dict.fromkeys(seat.school.code for house in plan.planned for seat in house.seats))
    office = _Members(plan.staff(), plan.posts())
    parent, _ = plan.officer()
    regional = [
        Place("regional_office", each.name)
        for each in own_regional_offices()
        if each.name in {schools[code].school.fact.managed_by for code in homes}
    ]
    first = _Members(schools[homes[0]].staff(), schools[homes[0]].posts())
    yield first.row(registrar_login(Place("school", homes[0])))
    for place in (*regional, Place("office", OFFICE)):
        for n in (1, 2):
            row = office.row(registrar_login(place, n))
            yield {**row, "rrn": parent.person.rrn} if row["login"] == parent.login else row
    for code in homes[1:]:
        yield _members(schools[code]).row(registrar_login(Place("school", code)))
    for code in homes:
        members = _members(schools[code])
        for login in dict.fromkeys(
            homeroom_login(ClassKey(code, plan.year, seat.grade, seat.no))
            for house in plan.planned
            for seat in house.seats
            if seat.school.code == code
        ):
            yield members.row(login)
    yield next(first.rows("deputy"))
    yield next(first.rows("school_admin"))
    yield next(office.rows("office_admin"))
    yield next(office.rows("operator"))


def write(path: Path, content: Sheet) -> None:
    """Write the sheet whole or not at all, readable by its owner only."""
    private_file.write(path, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())


def give_address(path: Path, url: str) -> None:
    """Let the sheet name the address of this start, other links too, and its home if that has moved."""
    content: Sheet = json.loads(path.read_text(encoding="utf-8"))
    before, old = json.dumps(content), content["url"]
    content |= {"url": url, "outbox": url + OUTBOX}
    for family in content["families"]:
        if certificate := family["certificate"]:
            file = Path(certificate["p12"])
            certificate["p12"] = str(path.parent / file.parent.name / file.name)
        papers = family["application"]
        if papers and papers["link"]:
            papers["link"] = url + papers["link"].removeprefix(old)
    if json.dumps(content) != before:
        write(path, content)


def summary(path: Path) -> str:
    """Return the few lines with which a person begins: where, as whom, and with which data."""
    content: Sheet = json.loads(path.read_text(encoding="utf-8"))
    new = next(family for family in content["families"] if family["state"] == "new")
    linked = next(family for family in content["families"] if family["state"] == "linked")
    guardian, child = new["guardian"], new["children"][0]
    staff: list[Sheet] = content["staff"]
    officer = _first(staff, role="registration_officer", school=child["school"])
    teacher = _first(staff, role="homeroom_teacher", school=child["school"], **{"class": _class(child)})
    reader, certificate = linked["guardian"], linked["certificate"]
    rows = [
        ("Pages", content["url"]),
        ("Mails", content["outbox"]),
        ("A parent who has done nothing yet", f"{guardian['name']}  {dashed(guardian['rrn'])}"),
        ("  mobile, mail", f"{guardian['phone']}  {guardian['email']}"),
        ("  child", f"{child['name']}  {dashed(child['rrn'])}  {child['school']} {_class(child)}"),
        ("Registration officer", _sign_in(officer)),
        ("Homeroom teacher of the child", _sign_in(teacher)),
        ("A parent who reads already", f"{reader['name']}  {dashed(reader['rrn'])}"),
        ("  certificate, password", f"{certificate['p12']}  {certificate['password']}"),
        ("All others", str(path)),
    ]
    return "\n".join(f"  {label:34}  {value}" for label, value in rows)


def dashed(rrn: str) -> str:
    """Return a resident number as people write it."""
    return f"{rrn[:6]}-{rrn[6:]}"


class _Members:
    """Staff of a school or of the offices with their posts."""

    def __init__(self, staff: Iterable[Staff], posts: Iterable[Post]) -> None:
        self._staff = {member.login: member for member in staff}
        self._posts = list(posts)

    def row(self, login: str) -> Sheet:
        return self._row(next(post for post in self._posts if post.login == login))

    def rows(self, role: str) -> Iterator[Sheet]:
        return (self._row(post) for post in self._posts if post.role == role)

    def _row(self, post: Post) -> Sheet:
        member = self._staff[post.login]
        return {
            "role": post.role,
            "name": member.person.name,
            "login": member.login,
            "password": member.password,
            "school": _place_name(post.place),
            "class": f"{post.school_class.grade}-{post.school_class.no}" if post.school_class else "",
        }


def _members(school: SchoolPlan) -> _Members:
    return _Members(school.staff(), school.posts())


def _place_name(place: Place) -> str:
    if place.kind == "school":
        return next(fact.name for fact in data.schools() if fact.code == place.key)
    if place.kind == "office":
        return next(fact.name for fact in data.education_offices() if fact.code == place.key)
    return place.key


def _family_row(
    family: Family,
    url: str,
    number_of: Callable[[Application], str],
    token_of: Callable[[Application], str],
    p12_of: Callable[[Family], Path],
) -> Sheet:
    person, papers = family.guardian, family.application
    return {
        "state": family.state,
        "guardian": {
            "name": person.name,
            "rrn": person.rrn,
            "phone": person.phone,
            "email": person.email,
        },
        "application": papers
        and {
            "number": number_of(papers),
            "issue_password": papers.issue_password,
            "link": None if papers.state == "submitted" else f"{url}/certificate/issue/{token_of(papers)}/",
        },
        "certificate": (
            {"p12": str(p12_of(family)), "password": family.certificate_password}
            if family.certificate_password
            else None
        ),
        "children": [
            {
                "name": child.student.name,
                "rrn": child.student.rrn,
                "school": child.school_name,
                "school_code": child.student.school_class.school_code,
                "grade": child.student.school_class.grade,
                "class": child.student.school_class.no,
                "number": child.student.number,
            }
            for child in family.children
        ],
    }


def _first(rows: Iterable[Sheet], **where: str) -> Sheet:
    return next(row for row in rows if where.items() <= row.items())


def _class(child: Sheet) -> str:
    return f"{child['grade']}-{child['class']}"


def _sign_in(member: Sheet) -> str:
    return f"{member['name']}  {member['login']}  {member['password']}"
