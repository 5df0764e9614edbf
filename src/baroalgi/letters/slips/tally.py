"""How often each answer was given, and what was written. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from baroalgi.letters.slips.types import DeskRow, Kind, Question


@dataclass(frozen=True, slots=True)
class Tally:
    """The answers to one question: words with their numbers, or the pupil's name with what was written."""

    question: Question
    counts: tuple[tuple[str, int], ...]
    texts: tuple[tuple[str, str], ...]


def tallies(
    questions: Iterable[Question], rows: Iterable[DeskRow], words: dict[Kind, tuple[str, ...]]
) -> list[Tally]:
    """Return a tally per question. `words`: the answers that kinds without own options have."""
    given = [(row.name, answer.answers) for row in rows for answer in row.answers]
    result = []
    for question in questions:
        said = [(name, word) for name, answers in given for word in answers.get(question.id, ())]
        if question.kind is Kind.TEXT:
            result.append(Tally(question, (), tuple(said)))
            continue
        counted = Counter(word for _name, word in said)
        options = question.options or words.get(question.kind, ())
        result.append(Tally(question, tuple((word, counted[word]) for word in options), ()))
    return result
