"""Answers as bytes, in JSON and in XML (domain.md §7.3)."""

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

from baroalgi.exchange.neis import said
from baroalgi.exchange.neis.rows import Value
from baroalgi.exchange.neis.said import Result
from baroalgi.exchange.neis.services import Service
from baroalgi.platform.xml import FORBIDDEN

JSON = "application/json;charset=UTF-8"
XML = "application/xml;charset=UTF-8"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

Row = Mapping[str, Value]


def rows(service: Service, found: Iterable[Row], total: int, *, in_json: bool) -> str:
    """Write a page of rows; `total` counts all that fit."""
    write = _rows_in_json if in_json else _rows_in_xml
    return write(service.root, found, total)


def result(what: Result, *, in_json: bool) -> str:
    """Write a code without rows."""
    if in_json:
        return f'{{"RESULT":{{"CODE":"{what.code}","MESSAGE":"{what.message}"}}}}'
    return f"{_DECLARATION}{_result_in_xml(what)}"


def _rows_in_json(root: str, found: Iterable[Row], total: int) -> str:
    lines = ",".join([_object(row) for row in found])
    done = f'{{"RESULT":{{"CODE":"{said.DONE.code}","MESSAGE":"{said.DONE.message}"}}}}'
    return f'{{"{root}":[{{"head":[{{"list_total_count":{total}}},{done}]}},{{"row":[{lines}]}}]}}'


def _object(row: Row) -> str:
    # By hand: json knows no numbers that keep their two decimals.
    return "{" + ",".join([f'"{name}":{_WRITE[type(value)](value)}' for name, value in row.items()]) + "}"


_WRITE: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    type(None): lambda _nothing: "null",
    Decimal: str,
    int: str,
    bool: lambda value: "true" if value else "false",
    list: json.dumps,
    dict: json.dumps,
}


def _rows_in_xml(root: str, found: Iterable[Row], total: int) -> str:
    lines = "".join([f"<row>{''.join([_element(*pair) for pair in row.items()])}</row>" for row in found])
    head = f"<head><list_total_count>{total}</list_total_count>{_result_in_xml(said.DONE)}</head>"
    return f"{_DECLARATION}<{root}>{head}{lines}</{root}>"


def _element(name: str, value: Value) -> str:
    text = "" if value is None else FORBIDDEN.sub("", str(value)).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{text}]]></{name}>"


def _result_in_xml(what: Result) -> str:
    message = what.message.replace("&", "&amp;")
    return f"<RESULT><CODE>{what.code}</CODE><MESSAGE>{message}</MESSAGE></RESULT>"
