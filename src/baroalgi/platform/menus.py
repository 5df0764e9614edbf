"""Which words stand in the menus, by side and post (pages.md §1.2, §5.1).

An entry whose address does not exist in this version is left out, never shown as a stub.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from baroalgi.assessment import Level
from baroalgi.platform.waiting import NOTHING, Waiting
from baroalgi.policy.actor import Actor, Child, Post, Strength

Side = Literal["public", "guardian", "staff"]

# The board that parents call 가정통신문, by its name in addresses: every school has it, even without letters.
HOME_LETTERS = "home-letters"


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One word of a menu. `key` names it for icons and numbers, `short` is its word in the phone's bar."""

    key: str
    label: str
    url: str
    current: bool = False
    short: str = ""
    count: int = 0
    asked: int = 0  # of those behind it, how many are to be answered
    items: tuple["MenuItem", ...] = ()


def public(path: str) -> tuple[MenuItem, ...]:
    """Return the menu of who is not signed in."""
    return _present(
        _item("certificate", _("인증서"), path, "registration:certificate"),
        _schools(path),
    )


def guardian(child: Child | None, path: str, waiting: Waiting) -> tuple[MenuItem, ...]:
    """Return the menu of a guardian, about this child or none."""
    if child is None:
        return _present(
            _item("children", _("자녀정보조회"), path, "portal:children", exact=True),
            _schools(path),
        )
    whose, school = {"public_id": child.public_id}, {"code": child.school_code}
    return _present(
        _item(
            "overview", _("한눈에 보기"), path, "portal:overview", exact=True, short=_("한눈에"), where=whose
        ),
        _home_letters(path, school, waiting),
        _area(
            "student",
            _("학생정보"),
            _item("attendance", _("출결"), path, "records:attendance", where=whose),
            _item("grades", _("성적"), path, "records:grades", where=whose)
            if Level.of(child.school_kind).has_exams
            else None,
        ),
        _area(
            "school",
            _("학교정보"),
            *_school_pages(path, school, has_weekly_plan=Level.of(child.school_kind) is Level.ELEMENTARY),
            short=_("학교"),
        ),
    )


def guardian_bottom(menu: tuple[MenuItem, ...]) -> tuple[MenuItem, ...]:
    """Return the five words of the phone: 한눈에 · 통신문 · 출결 · 성적 · 학교, as far as they exist."""
    five: list[MenuItem] = []
    for item in menu:
        five += item.items if item.key == "student" else [item]
    return tuple(five) if any(item.key == "overview" for item in menu) else ()


def staff(post: Post | None, path: str, counts: Mapping[str, int]) -> tuple[MenuItem, ...]:
    """Return the menu of this post, or an empty one without a post."""
    if post is None:
        return ()
    today = _item("today", _("오늘 할 일"), path, "portal:desk", exact=True, short=_("오늘"))
    match post.role:
        case "homeroom_teacher":
            return _present(today, _requests(path, counts), _letters(path), _week_plan(post, path))
        case "deputy":
            return _present(today, _requests(path, counts))
        case "school_admin":
            return _present(
                today,
                _item("classes", _("교직원과 학급"), path, "portal:classes", short=_("학급"), exact=True),
                _requests(path, counts),
                _information(path),
                _letters(path),
                _item("sheets", _("가져오기"), path, "exchange:sheets", short=_("가져오기")),
            )
        case "office_admin":
            return _present(
                _item(
                    "late_schools",
                    _("늦어진 학교"),
                    path,
                    "portal:office_desk",
                    short=_("늦음"),
                    count=counts.get("late_schools", 0),
                    but=address("exchange:all_keys"),
                ),
                _item("api_keys", _("공개 API 인증키"), path, "exchange:all_keys", short=_("인증키")),
            )
        case "registration_officer":
            return _present(
                today,
                _item(
                    "counter",
                    _("인증서 접수"),
                    path,
                    "registration:counter",
                    short=_("접수"),
                    count=counts.get("counter", 0),
                    but=address("registration:totals"),
                ),
                _item("totals", _("오늘 합계"), path, "registration:totals", short=_("합계")),
            )
        case _:
            return _present(today)


def account(actor: Actor, side: Side, path: str) -> tuple[MenuItem, ...]:
    """Return what stands below the own name."""
    staff = actor.strength is Strength.PASSWORD
    return _present(
        _item("children", _("자녀정보조회"), path, "portal:children") if side == "guardian" else None,
        _item("certificates", _("인증서 관리"), path, "accounts:certificates")
        if actor.strength is Strength.CERTIFICATE
        else None,
        _item("security", _("내 정보"), path, "accounts:security") if staff else None,
        _item("sessions", _("로그인한 기기"), path, "accounts:sessions")
        if staff or side == "guardian"
        else None,
        _item("feed", _("글 받아 보기"), path, "letters:feed_address")
        if actor.strength is Strength.CERTIFICATE
        else None,
        _item("api_keys", _("공개 API 인증키"), path, "exchange:keys")
        if staff or side == "guardian"
        else None,
    )


def other_side(actor: Actor, side: Side, path: str) -> MenuItem | None:
    """Return the way of a teacher who is a parent too, to the other half of the service."""
    if side == "staff" and actor.children:
        first = actor.children[0]
        label = _("학부모 화면으로 (%(name)s, %(school)s)") % {
            "name": first.name,
            "school": first.school_name,
        }
        return _item("guardian", label, path, "portal:children")
    if side != "staff" and actor.posts:
        return _item("desk", _("업무 화면으로"), path, "portal:desk")
    return None


def help_links(path: str) -> tuple[MenuItem, ...]:
    """Return what stands at the foot of every page."""
    return _present(
        _item("help", _("도움말"), path, "portal:help"),
        _item("privacy", _("개인정보 처리방침"), path, "portal:privacy"),
        _item("accessibility", _("접근성 안내"), path, "portal:accessibility"),
        _item("hub", _("공개 API"), path, "exchange:catalogue", exact=True),
    )


def _schools(path: str) -> MenuItem | None:
    """Return 학교 둘러보기; at a school that is nobody's here, with the pages of that school."""
    every = _item("schools", _("학교 둘러보기"), path, "schoolinfo:schools")
    at_school = re.match(r"/schools/([-\w]+)/", path)
    if every is None or at_school is None:
        return every
    school = {"code": at_school[1]}
    pages = _present(
        # The address does not tell the level: a page that knows its school leaves the plan out (page.html).
        *_school_pages(path, school, has_weekly_plan=True),
        _home_letters(path, school),
    )
    return replace(every, items=pages)


def _school_pages(
    path: str, school: Mapping[str, str], *, has_weekly_plan: bool
) -> tuple[MenuItem | None, ...]:
    """Return the pages that every school has; the weekly plan is for elementary schools."""
    plan = _item(
        "weekly_plan", _("주간학습안내"), path, "schoolinfo:weekly_plan", short=_("주간학습"), where=school
    )
    return (
        _item(
            "school",
            _("학교기본정보"),
            path,
            "schoolinfo:school",
            exact=True,
            short=_("기본정보"),
            where=school,
        ),
        _item("curriculum", _("교육과정"), path, "schoolinfo:curriculum", where=school),
        _item("timetable", _("시간표"), path, "schoolinfo:timetable", where=school),
        plan if has_weekly_plan else None,
        _item("calendar", _("학사일정"), path, "schoolinfo:calendar", where=school),
        _item("meals", _("급식"), path, "schoolinfo:meals", where=school),
    )


def _week_plan(post: Post, path: str) -> MenuItem | None:
    """Return 주간학습안내, which elementary classes have."""
    if Level.of(post.place_name) is not Level.ELEMENTARY:
        return None
    return _item("timetable", _("주간학습안내"), path, "schoolinfo:plan_entry", short=_("주간학습"))


def _information(path: str) -> MenuItem | None:
    """Return 학교정보; its pages stand beside each other below the address of the school's classes."""
    item = _item("school", _("학교정보"), path, "schoolinfo:entry", short=_("학교"))
    classes = address("portal:classes") or "-"
    return item and replace(item, current=path.startswith(classes) and path != classes)


def _home_letters(path: str, school: Mapping[str, str], waiting: Waiting = NOTHING) -> MenuItem | None:
    """Return 가정통신문; the school's other boards are reached from it, and belong to it in the menu."""
    item = _item(
        "letters",
        _("가정통신문"),
        path,
        "letters:board",
        short=_("통신문"),
        count=len(waiting.unread),
        where={**school, "board": HOME_LETTERS},
    )
    boards = f"/schools/{school['code']}/boards/"
    return item and replace(item, current=path.startswith(boards), asked=len(waiting.to_answer))


def _letters(path: str) -> MenuItem | None:
    return _item("letters", _("가정통신문"), path, "letters:desk", short=_("통신문"))


def _requests(path: str, counts: Mapping[str, int]) -> MenuItem | None:
    return _item(
        "child_links",
        _("학부모서비스 신청"),
        path,
        "guardianship:desk",
        short=_("신청"),
        count=counts.get("child_links", 0),
    )


def _item(
    key: str,
    label: str,
    path: str,
    name: str,
    *,
    short: str = "",
    count: int = 0,
    exact: bool = False,
    but: str | None = None,
    where: Mapping[str, str] | None = None,
) -> MenuItem | None:
    """Return the entry, or None when this version has no such page.

    It is the current one at its own address and below it; `exact`: only there; `but`: not below that one.
    """
    url = address(name, **(where or {}))
    if url is None:
        return None
    below = not exact and url != "/" and path.startswith(url) and not (but and path.startswith(but))
    return MenuItem(
        key=key, label=label, url=url, current=path == url or below, short=short or label, count=count
    )


def _area(key: str, label: str, *items: MenuItem | None, short: str = "") -> MenuItem | None:
    """Return an area that leads to its first page, or None when it has none."""
    there = _present(*items)
    if not there:
        return None
    current = any(item.current for item in there)
    return MenuItem(
        key=key, label=label, url=there[0].url, current=current, short=short or label, items=there
    )


def _present(*items: MenuItem | None) -> tuple[MenuItem, ...]:
    return tuple(item for item in items if item is not None)


def address(name: str, **where: str) -> str | None:
    """Return the address of a page, or None when this version has none by that name."""
    try:
        return reverse(name, kwargs=where or None)
    except NoReverseMatch:
        return None
