"""The words of a slip and the bytes that are signed for it (npki.md §7.5). Pure.

Server and browser build the content from the same parts; nobody parses what a stranger sent. Its purpose
says that it is a slip, and it holds no h1: it can never open a session, nor a sign-in be taken for it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from baroalgi.letters.slips.types import Answers, Question

PURPOSE = "slip"
VERSION = 1
NOTHING = "–"


def canonical(members: Mapping[str, Any]) -> bytes:
    """Spell JSON the one way: UTF-8, keys sorted, no spaces."""
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def form_digest(rule: str, signing: str, questions: Sequence[Question]) -> str:
    """Return SHA-256 (hexadecimal) of a form: what names its version in each answer."""
    rows = [asdict(question) for question in questions]
    return sha256(canonical({"questions": rows, "rule": rule, "signing": signing, "v": VERSION})).hexdigest()


def shown_text(
    *, title: str, child: str, questions: Sequence[Question], answers: Answers, guardian: str
) -> str:
    """Return the slip as text: letter, child, each question with its answer, who answers."""
    lines = [title, child]
    for place, question in enumerate(questions, 1):
        lines += [f"{place}. {question.text}", ", ".join(answers.get(question.id, ())) or NOTHING]
    return "\n".join([*lines, guardian, ""])


def content(
    *,
    slip: str,
    child: str,
    form: str,
    answers: Answers,
    text: str,
    way: str,
    challenge: Mapping[str, Any],
) -> bytes:
    """Return the content of an answer.

    `slip`, `child`: public identifiers; `form`: its digest; `challenge`: at least `aud` and `iat`, and the
    `nonce` where it is signed, so that no signature is taken twice.
    """
    return canonical(
        {
            "answers": {key: list(words) for key, words in answers.items()},
            "aud": challenge["aud"],
            "child": child,
            "form": form,
            "iat": challenge["iat"],
            "purpose": PURPOSE,
            "slip": slip,
            "text": sha256(text.encode()).hexdigest(),
            "v": VERSION,
            "way": way,
        }
        | ({"nonce": challenge["nonce"]} if "nonce" in challenge else {})
    )
