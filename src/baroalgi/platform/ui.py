"""What the frame of a page shows: whose child or post it is; its menus are in `menus`.

The templates `page.html` and `staff.html` only print a `Frame`. It is worked out here from the actor and
the address alone (pages.md §1.2, §5.1), without a query: what the menus count is passed in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from baroalgi.assessment import Level
from baroalgi.platform import menus
from baroalgi.platform.menus import HOME_LETTERS, MenuItem, Side, address
from baroalgi.platform.waiting import NOTHING, Waiting
from baroalgi.policy.actor import Actor, Child, Post, Strength

# Pages that every school has: choosing another child there keeps the page (pages.md §2.6).
_SCHOOL_PAGES = (
    "",
    "curriculum/",
    "timetable/",
    "meals/",
    "calendar/",
    f"boards/{HOME_LETTERS}/",
)

_STAFF_PATHS = ("/desk/", "/office/", "/operator/", "/sign-in/staff/")

# Where a page belongs to posts of certain kinds; all others belong to the post last used.
_PAGES_OF_POSTS = (
    ("/desk/child-links/", ("homeroom_teacher", "deputy", "school_admin")),
    ("/desk/letters/", ("homeroom_teacher", "school_admin")),
    ("/desk/school/", ("school_admin",)),
    ("/desk/certificates/", ("registration_officer",)),
    ("/office/", ("office_admin",)),
)

_DOUBLE_SURNAMES = ("남궁", "황보", "제갈", "선우", "독고", "사공", "서문", "동방", "어금", "망절")


@dataclass(frozen=True, slots=True)
class ChildEntry:
    """One child in the switcher. `colour` is 0–3, in the order of the children."""

    public_id: str
    name: str
    given_name: str
    place: str
    url: str
    current: bool
    waiting: Waiting
    colour: int


@dataclass(frozen=True, slots=True)
class PostEntry:
    """One post in the post switch; `waiting` is the number of things to do there."""

    id: int
    place: str
    role: str
    url: str
    current: bool
    waiting: int


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything around the content of a page."""

    office_name: str
    help_phone: str
    help_unit: str
    side: Side
    person_name: str
    child: ChildEntry | None
    children: tuple[ChildEntry, ...]
    post: PostEntry | None
    posts: tuple[PostEntry, ...]
    menu: tuple[MenuItem, ...]
    bottom: tuple[MenuItem, ...]
    account: tuple[MenuItem, ...]
    help_links: tuple[MenuItem, ...]
    home_url: str
    sign_in_url: str | None
    sign_out_url: str | None
    apply_url: str | None
    other_side: MenuItem | None

    @property
    def area(self) -> MenuItem | None:
        """The area of the menu this page lies in, when it has siblings to list beside the page."""
        return next((item for item in self.menu if item.current and len(item.items) > 1), None)


def build_frame(
    actor: Actor,
    *,
    path: str,
    office_name: str,
    help_phone: str,
    help_unit: str = "",
    child_id: str | None = None,
    post_id: int | None = None,
    counts: Mapping[str, int] | None = None,
    waiting: Mapping[str, Waiting] | None = None,
) -> Frame:
    """Return the frame for `actor` at the address `path` (without query).

    `child_id`: public id of the child last looked at, `post_id`: post last used; both only count when the
    address itself does not say it and the actor has them. Keys of `counts`: "child_links", "counter",
    "late_schools", "post:<id>"; of `waiting`: the public ids of children.
    """
    counts, waiting = counts or {}, waiting or {}
    side = _side(actor, path)
    child = looked_at(actor, path, child_id)
    post = _chosen_post(actor.posts, path, post_id) if side == "staff" else None
    children = tuple(
        _child_entry(one, place, chosen=child, path=path, waiting=waiting.get(one.public_id, NOTHING))
        for place, one in enumerate(actor.children)
    )
    posts = tuple(_post_entry(one, chosen=post, counts=counts) for one in actor.posts)
    home: str | None
    match side:
        case "staff":
            menu = menus.staff(post, path, counts)
            bottom = menu[:5]  # as many as a phone's width holds; the sheet has all
            home = address("portal:desk")
        case "guardian":
            menu = menus.guardian(child, path, waiting.get(child.public_id, NOTHING) if child else NOTHING)
            bottom = menus.guardian_bottom(menu)
            home = (
                address("portal:overview", public_id=child.public_id) if child else address("portal:children")
            )
        case "public":
            menu, bottom, home = menus.public(path), (), address("portal:home")
    return Frame(
        office_name=office_name,
        help_phone=help_phone,
        help_unit=help_unit,
        side=side,
        person_name=actor.name,
        child=next((one for one in children if one.current), None),
        children=children,
        post=next((one for one in posts if one.current), None),
        posts=posts,
        menu=menu,
        bottom=bottom if len(bottom) > 1 else (),
        account=menus.account(actor, side, path),
        help_links=menus.help_links(path),
        home_url=home or "/",
        sign_in_url=address("accounts:staff_sign_in") if side == "staff" else address("accounts:sign_in"),
        sign_out_url=address("accounts:sign_out") if actor.person_id is not None else None,
        apply_url=address("guardianship:apply") if side == "guardian" else None,
        other_side=menus.other_side(actor, side, path),
    )


def looked_at(actor: Actor, path: str, child_id: str | None) -> Child | None:
    """Return the child that a page of a guardian is about, None if it is about none of them."""
    return _chosen_child(actor.children, path, child_id) if _side(actor, path) == "guardian" else None


def given_name(name: str) -> str:
    """Return what a family calls the child, at most two syllables: 바다 for 김바다, 연 for 남궁연."""
    if " " in name or (not name.isascii() and len(name) > 4):
        return name.split(" ")[0][:2]
    surname = 2 if len(name) > 2 and name.startswith(_DOUBLE_SURNAMES) else 1
    return name[surname:][:2] or name


def post_role(post: Post) -> str:
    """Return the post in words: 2학년 1반 담임, 등록업무 담당."""
    words = {
        "homeroom_teacher": _("담임"),
        "deputy": _("부담임"),
        "subject_teacher": _("교과 담당"),
        "school_admin": _("학교 관리자"),
        "registration_officer": _("등록업무 담당"),
        "office_admin": _("교육청 관리자"),
        "operator": _("운영자"),
    }
    word = words.get(post.role, post.role)
    return f"{_class_words(post.grade, post.class_no)} {word}" if post.class_no is not None else word


def _side(actor: Actor, path: str) -> Side:
    if path.startswith(_STAFF_PATHS):
        return "staff"
    if path.startswith("/account/") and actor.strength in (Strength.HALF, Strength.PASSWORD):
        return "staff"
    if actor.person_id is None or not (actor.children or actor.strength == "certificate"):
        return "public"
    return "guardian"


def _chosen_child(children: Iterable[Child], path: str, remembered: str | None) -> Child | None:
    children = tuple(children)
    for child in children:
        if f"/children/{child.public_id}/" in path:
            return child
    at_school = [
        child for child in children if child.school_code and f"/schools/{child.school_code}/" in path
    ]
    if path.startswith("/schools/") and not at_school:
        return None  # Somebody else's school: nothing on this page is about the child.
    candidates = at_school or children
    if path.startswith("/children/"):
        return None  # The list of children and the application speak of none of them.
    return next((c for c in candidates if c.public_id == remembered), next(iter(candidates), None))


def _chosen_post(posts: tuple[Post, ...], path: str, remembered: int | None) -> Post | None:
    """Return the post that this page belongs to, the one last used if it may be that one (pages.md §5.1)."""
    for begin, roles in _PAGES_OF_POSTS:
        if path.startswith(begin):
            posts = tuple(post for post in posts if post.role in roles) or posts
            break
    else:
        # A post with pages of its own goes before one without: most deputies teach a subject too.
        posts = tuple(sorted(posts, key=lambda post: post.role in ("subject_teacher", "operator")))
    return next((post for post in posts if post.id == remembered), posts[0] if posts else None)


def _child_entry(
    child: Child, place: int, *, chosen: Child | None, path: str, waiting: Waiting
) -> ChildEntry:
    hub = address("portal:overview", public_id=child.public_id) or "/"
    current = chosen is not None and child.public_id == chosen.public_id
    same_page = _same_page(child, chosen, path) if chosen is not None else None
    return ChildEntry(
        public_id=str(child.public_id),
        name=child.name,
        given_name=given_name(child.name),
        place=f"{child.school_name} {_class_words(child.grade, child.class_no)}",
        url=same_page or hub,
        current=current,
        waiting=waiting,
        colour=min(place, 3),
    )


def _same_page(child: Child, chosen: Child, path: str) -> str | None:
    """Return the address of this page for another child, or None when that child has no such page."""
    before, _child, page = path.partition(f"/children/{chosen.public_id}/")
    if page == "attendance/" or (page == "grades/" and Level.of(child.school_kind).has_exams):
        return f"{before}/children/{child.public_id}/{page}"
    before, at_school, page = path.partition(f"/schools/{chosen.school_code}/")
    # Of two children at one school the address alone does not say which is meant: back to the hub.
    if at_school and page in _SCHOOL_PAGES and child.school_code not in ("", chosen.school_code):
        return f"{before}/schools/{child.school_code}/{page}"
    return None


def _post_entry(post: Post, *, chosen: Post | None, counts: Mapping[str, int]) -> PostEntry:
    # A registration officer goes straight to the counter, the office to the late schools (pages.md §5.3).
    starts = {"registration_officer": "registration:counter", "office_admin": "portal:office_desk"}
    start = address(starts[post.role]) if post.role in starts else None
    return PostEntry(
        id=post.id,
        place=post.place_name,
        role=post_role(post),
        url=f"{start or address('portal:desk') or '/'}?post={post.id}",
        current=chosen is not None and post.id == chosen.id,
        waiting=counts.get(f"post:{post.id}", 0),
    )


def _class_words(grade: int | None, class_no: int | None) -> str:
    words = [_("%(grade)s학년") % {"grade": grade}] if grade is not None else []
    words += [_("%(number)s반") % {"number": class_no}] if class_no is not None else []
    return " ".join(words)
