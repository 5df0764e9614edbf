"""Levels of schools: what differs between elementary, middle and high schools hangs on them."""

from enum import StrEnum


class Level(StrEnum):
    """What a kind of school (학교종류명) comes down to for parents."""

    ELEMENTARY = "elementary"
    MIDDLE = "middle"
    HIGH = "high"
    SPECIAL = "special"
    OTHER = "other"

    @classmethod
    def of(cls, kind: str) -> "Level":
        """Return the level of a kind as NEIS writes it: 각종학교(중) is a middle school."""
        return next(
            (level for level, words in LEVEL_WORDS.items() if any(w in kind for w in words)), cls.OTHER
        )

    @property
    def has_exams(self) -> bool:
        """Tell whether schools of this level sit regular exams with scores (domain.md §4.9)."""
        return self in (Level.MIDDLE, Level.HIGH)


# The first level that fits counts; 고등학교 in its kind makes even 평생학교(고) a high school.
LEVEL_WORDS = {
    Level.ELEMENTARY: ("초등학교", "(초)"),
    Level.MIDDLE: ("중학교", "(중)"),
    Level.HIGH: ("고등", "(고)"),
    Level.SPECIAL: ("특수학교",),
}
