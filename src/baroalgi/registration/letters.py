"""Letters that the printed application can show: what its two fonts hold (platform/fonts).

A PDF for the archive and for screen readers may not contain a letter without a glyph, so what can't be
printed is refused where it is typed. Tried against the fonts themselves in tests.
"""

import re

_LATIN = re.compile(r"[ -~\u00a0-\u0148\u014a-\u01c3\u01c5-\u024f\u1e00-\u1eff·–—‘’“”]")
_KOREAN = re.compile("[가-힣ㄱ-ㅎㅏ-ㅣ]")
_HANJA = re.compile("[\u4e00-\u9fff]")
_NOT_DRAWN = "隙"  # of the Hanja in KS X 1001


def is_printable(text: str) -> bool:
    """Tell whether every letter is Korean, Latin (Vietnamese too) or a Hanja of the Korean standard."""
    return all(_LATIN.match(letter) or _KOREAN.match(letter) or _is_hanja(letter) for letter in text)


def _is_hanja(letter: str) -> bool:
    if not _HANJA.match(letter) or letter in _NOT_DRAWN:
        return False
    try:
        letter.encode("cp949")
    except UnicodeEncodeError:
        return False
    return True
