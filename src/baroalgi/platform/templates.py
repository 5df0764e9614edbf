"""The Jinja2 environment of all pages."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _
from jinja2 import Environment, StrictUndefined

from baroalgi.platform import ui
from baroalgi.policy import Actor

WEEKDAYS = "월화수목금토일"


def environment(**options: Any) -> Environment:
    """Make the environment; an undefined name is an error."""
    env = Environment(  # noqa: S701 - Django's backend passes autoescape=True
        **{**options, "undefined": StrictUndefined},
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals |= {"url": url, "static": static}
    env.filters |= {
        "day": day,
        "moment": moment,
        "clock": clock,
        "due": due,
        "board_day": board_day,
        "long_day": long_day,
        "days": days,
        "josa": josa,
        "masked": masked,
    }
    return env


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give every page its frame, built from the actor alone (no further statement)."""
    here = settings.ENVIRONMENT
    session = getattr(request, "session", {})
    return {
        "frame": ui.build_frame(
            getattr(request, "actor", Actor()),
            path=request.path_info,
            office_name=here.office_name,
            help_phone=here.help_phone,
            help_unit=here.help_unit,
            child_id=session.get("child"),
            post_id=session.get("post"),
            counts=getattr(request, "counts", None),
        )
    }


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of a page by its URL name."""
    return reverse(name, args=args, kwargs=kwargs)


def day(value: date | datetime) -> str:
    """Write a day: 「11월 27일(금)」, with the year only if it is not this one (pages.md §2.7)."""
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    text = f"{local.month}월 {local.day}일({WEEKDAYS[local.weekday()]})"
    return text if local.year == timezone.localdate().year else f"{local.year}년 {text}"


def long_day(value: date | datetime) -> str:
    """Write a day with its year: 「2027년 11월 23일」."""
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return f"{local.year}년 {local.month}월 {local.day}일"


def days(first: date, last: date) -> str:
    """Write the days from first to last: 「12월 8일~10일」, 「12월 31일~1월 31일」; one day: 「12월 8일」."""
    begins = _("%(month)s월 %(day)s일") % {"month": first.month, "day": first.day}
    if first == last:
        return begins
    if (first.year, first.month) == (last.year, last.month):
        return _("%(first)s~%(day)s일") % {"first": begins, "day": last.day}
    ends = _("%(month)s월 %(day)s일") % {"month": last.month, "day": last.day}
    return f"{begins}~{ends}"


def board_day(value: date) -> str:
    """Write a day as lists of a board do: 「26.11.24」."""
    return f"{value:%y.%m.%d}"


def moment(value: datetime) -> str:
    """Write day and time: 「11월 24일(화) 17시 53분」."""
    local = timezone.localtime(value)
    return f"{day(local)} {local.hour}시 {local.minute:02d}분"


def due(value: datetime) -> str:
    """Write until when: 「11월 27일(금) 18시」, minutes only where there are some."""
    return moment(value).removesuffix(" 00분")


def clock(value: datetime) -> str:
    """Write the time of a moment: 「8시 56분」."""
    local = timezone.localtime(value)
    return f"{local.hour}시 {local.minute:02d}분"


def masked(address: str) -> str:
    """Write a mail address so that only its owner knows it: 「eun*****@example.kr」."""
    name, _at, host = address.partition("@")
    return f"{name[:3] if len(name) > 3 else name[:1]}*****@{host}"


# 10, 20 end in 십, 100 in 백: all of them with a final, like 영.
_READ_DIGITS = dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True))


def josa(word: str, pair: str) -> str:
    """Return the word with the fitting particle of a pair such as 「을/를」; it may stand in 「」."""
    with_final, without = pair.split("/")
    last = word.rstrip("」")[-1:]
    code = ord(_READ_DIGITS.get(last, last)) - 0xAC00 if last else -1
    if not 0 <= code < 11172:
        return f"{word}{with_final}({without})"
    final = code % 28
    if pair == "으로/로" and final == 8:  # ㄹ takes 로
        final = 0
    return word + (with_final if final else without)
