"""Searches as pages make them, as often as it takes to know how long the database is at them (role: app)."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from baroalgi.letters import queries as letters
from baroalgi.operations.bench import timing
from baroalgi.organisation import queries as organisation
from baroalgi.organisation.types import SchoolSearch
from baroalgi.platform.unit import unit_of_work

ROUNDS, ON_A_PAGE = 15, 20
SCHOOLS = {
    "word of every name": SchoolSearch("", "초등학교"),
    "name": SchoolSearch("", "황간"),
    "part of a name": SchoolSearch("", "산초등"),
    "two words": SchoolSearch("", "영동 초등"),
    "syllable": SchoolSearch("", "초"),
    "initial consonants": SchoolSearch("", "ㅎㄱㅊ"),
    "frequent initial consonants": SchoolSearch("", "ㅊㄷㅎㄱ"),
    "region": SchoolSearch("", region="영동군"),
    "region and office": SchoolSearch("J10", region="수원시"),
    "no hit": SchoolSearch("", "퀗뷁초등학교"),
}


def work(boards: Sequence[Sequence[str]], words: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return the median seconds in the database of each kind of search, of schools and of letters.

    `boards`: a large one and one of many small ones, each by school code and name; `words`: invented words of
    their letters, the most frequent one first.
    """
    with unit_of_work(None):
        return {
            "schools": {kind: _seconds(partial(_schools, search)) for kind, search in SCHOOLS.items()},
            "letters": {
                f"{kind} on a {size} board": _seconds(partial(_letters, board, sought))
                for size, board in zip(("large", "small"), map(_board, boards), strict=True)
                for kind, sought in _sought(words).items()
            },
        }


def _sought(words: Sequence[str]) -> dict[str, list[str]]:
    return {
        "word of every letter": ["안내"],
        "frequent word": [words[0]],
        "word of some": [words[20]],
        "rare word": [words[1000]],
        "part of a rare word": [words[2000][:2]],
        "two frequent words": [words[0], words[1]],
        "frequent and rare word": ["학부모", words[500]],
        "year": ["2014학년도"],
        "no hit": ["없는낱말"],
    }


def _board(address: Sequence[str]) -> Any:
    return letters.board(*address)


def _letters(board: Any, words: list[str]) -> None:
    letters.found(board, words, before=None, limit=ON_A_PAGE + 1)


def _schools(search: SchoolSearch) -> None:
    organisation.count_schools(search)
    organisation.schools_found(search, limit=ON_A_PAGE)


def _seconds(ask: Callable[[], None]) -> float:
    ask()
    return timing.in_database(ROUNDS, ask)
