"""Links with which a letter is passed on: other services, none of their scripts (domain.md §1.14)."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class ShareLink:
    """One service and the address that opens it with our link."""

    name: str
    url: str


def links(url: str, title: str, *, kakaostory: bool) -> list[ShareLink]:
    """Return the services of the board, in the order of the seed.

    KakaoTalk has no plain address: there the device's own sheet and the copied address help.
    """
    rows = [
        (_("페이스북"), "https://www.facebook.com/sharer/sharer.php", {"u": url}),
        (_("X(트위터)"), "https://twitter.com/intent/tweet", {"url": url, "text": title}),
        (_("카카오스토리"), "https://story.kakao.com/share", {"url": url}) if kakaostory else None,
        (_("네이버 밴드"), "https://band.us/plugin/share", {"body": f"{title}\n{url}", "route": url}),
    ]
    return [ShareLink(row[0], f"{row[1]}?{urlencode(row[2])}") for row in rows if row]
