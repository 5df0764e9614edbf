"""From the classes of `shapes` to JSON, and to the schemas that describe it."""

import json
import types
from dataclasses import asdict, fields, is_dataclass
from datetime import date, time
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

Document = dict[str, Any]

_PLAIN: dict[Any, Document] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    time: {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"},
}


def as_json(shape: Any) -> bytes:
    """Return an object of `shapes` as JSON in UTF-8."""
    told = json.dumps(asdict(shape), default=_text, ensure_ascii=False, separators=(",", ":"))
    return told.encode()


def _text(value: date | time) -> str:
    return f"{value:%H:%M}" if isinstance(value, time) else value.isoformat()


def schemas(*shapes: type) -> dict[str, Document]:
    """Return the schemas of these classes and of all that they are made of, by name."""
    found: dict[str, Document] = {}
    for shape in shapes:
        _collect(shape, found)
    return found


def reference(shape: type) -> Document:
    """Return how the schema of a class is called for from elsewhere."""
    return {"$ref": f"#/components/schemas/{shape.__name__}"}


def _collect(shape: type, found: dict[str, Document]) -> None:
    hints = get_type_hints(shape, include_extras=True)
    names = [item.name for item in fields(shape)]
    found[shape.__name__] = {
        "type": "object",
        "properties": {name: _member(hints[name], found) for name in names},
        "required": names,
        "additionalProperties": False,
    }


def _member(hint: Any, found: dict[str, Document]) -> Document:
    if get_origin(hint) is Annotated:
        said, meaning = get_args(hint)
        return {**_member(said, found), "description": meaning}
    if is_dataclass(hint) and isinstance(hint, type):
        if hint.__name__ not in found:
            _collect(hint, found)
        return reference(hint)
    of = get_args(hint)
    match get_origin(hint):
        case origin if origin in (types.UnionType, Union):
            (kept,) = (one for one in of if one is not type(None))
            plain = dict(_PLAIN[kept])
            return {**plain, "type": [plain["type"], "null"]}
        case origin if origin is tuple:
            return {"type": "array", "items": _member(of[0], found)}
        case origin if origin is dict:
            return {"type": "object", "additionalProperties": _member(of[1], found)}
        case origin if origin is Literal:
            return {"type": "string", "enum": list(of)}
    return dict(_PLAIN[hint])
