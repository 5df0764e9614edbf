"""What programs may read, described: OpenAPI 3.1, made of the tables that the hub and the API answer by."""

from typing import Any

from django import forms

from baroalgi import __version__
from baroalgi.exchange.api import schema
from baroalgi.exchange.api.forms import OneOf
from baroalgi.exchange.api.operations import OPERATIONS, PLACES, Operation
from baroalgi.exchange.api.shapes import Refusal
from baroalgi.exchange.neis import said
from baroalgi.exchange.neis.question import MOST_ROWS, ROWS, SAMPLE_ROWS
from baroalgi.exchange.neis.services import SERVICES, Field, Kind, Match, Parameter, Service

Document = dict[str, Any]

_ABOUT = f"""`/hub/`는 나이스 교육정보 개방 포털의 Open API와 같은 주소, 요청인자, 응답을 씁니다.

- 상태 코드는 언제나 200입니다. 잘못된 요청도 `RESULT`의 코드로 알립니다.
- 인증키가 없으면 {SAMPLE_ROWS}건만 나오고, `list_total_count`는 전체 건수입니다.
- 요청인자의 이름은 대소문자를 가리지 않습니다. 빈 값은 없는 것과 같습니다.

`/api/`는 이 서비스의 학교 정보를 JSON으로 드립니다. 인증키가 필요 없고, 잘못된 요청은 404나 422로 알립니다.
"""

_MATCHES = {
    Match.EXACT: "",
    Match.CONTAINS: " (일부만 적어도 됩니다)",
    Match.DAY: " (YYYYMMDD; YYYYMM이면 한 달, YYYY면 한 해)",
    Match.FROM: " (YYYYMMDD, 그날부터)",
    Match.TO: " (YYYYMMDD, 그날까지)",
}

_BASIC: list[Document] = [
    {
        "name": "Type",
        "in": "query",
        "description": "응답 형식. xml 또는 json",
        "schema": {"type": "string", "default": "xml"},
        "example": "json",
    },
    {
        "name": "pIndex",
        "in": "query",
        "description": "쪽. 1부터",
        "schema": {"type": "integer", "minimum": 1, "default": 1},
    },
    {
        "name": "pSize",
        "in": "query",
        "description": f"한 쪽의 건수. {MOST_ROWS}까지",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": ROWS},
    },
]


def document(url: str) -> Document:
    """Return the description of the hub and the API at this site."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "바로알기 공개 API",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": url}],
        "tags": [
            {"name": "hub", "description": "교육정보 Open API"},
            {"name": "api", "description": "학교 정보 읽기 API"},
        ],
        "paths": {
            **{f"/hub/{service.path}": {"get": _operation(service)} for service in SERVICES.values()},
            **{one.address: {"get": _own_operation(one)} for one in OPERATIONS},
        },
        "components": {
            "securitySchemes": {"KEY": {"type": "apiKey", "in": "query", "name": "KEY"}},
            "schemas": {
                "Result": _object(
                    {
                        "RESULT": _object(
                            {
                                "CODE": {"type": "string", "enum": [one.code for one in said.ALL]},
                                "MESSAGE": {"type": "string"},
                            }
                        )
                    }
                ),
                **{_row_name(service): _row(service) for service in SERVICES.values() if not service.past},
                **schema.schemas(*(one.shape for one in OPERATIONS), Refusal),
            },
        },
    }


def _operation(service: Service) -> Document:
    answer = {
        "oneOf": [
            _object({service.root: _list_of(_head(), _rows(service))}),
            {"$ref": "#/components/schemas/Result"},
        ]
    }
    extended: list[Document] = []
    if service.extended:
        added = ", ".join(item.name for item in service.extended)
        extended = [
            {
                "name": "fields",
                "in": "query",
                "description": f"extended면 {added}도 나옵니다.",
                "schema": {"type": "string"},
            }
        ]
    return {
        "operationId": service.path,
        "tags": ["hub"],
        "summary": service.title,
        "security": [{}, {"KEY": []}],
        "parameters": [
            *_BASIC,
            *(_parameter(one, required=one.name in service.required) for one in service.parameters),
            *extended,
        ],
        "responses": {
            "200": {
                "description": "찾은 내용, 또는 결과 코드",
                "content": {
                    "application/json": {"schema": answer},
                    "application/xml": {"schema": {"type": "string"}},
                },
            }
        },
    }


def _own_operation(operation: Operation) -> Document:
    return {
        "operationId": operation.name,
        "tags": ["api"],
        "summary": operation.summary,
        "security": [],
        "parameters": [
            *(
                {
                    "name": name,
                    "in": "path",
                    "required": True,
                    "description": PLACES[name],
                    "schema": {"type": "string"},
                }
                for name in operation.places
            ),
            *(
                {
                    "name": name,
                    "in": "query",
                    "required": field.required,
                    "description": str(field.label),
                    "schema": _asked(field),
                }
                for name, field in operation.asked.items()
            ),
        ],
        "responses": {
            "200": _told("찾은 내용", operation.shape),
            "404": _told("찾는 것이 없음", Refusal),
            **({"422": _told("읽을 수 없는 요청인자", Refusal)} if operation.asked else {}),
        },
    }


def _told(says: str, shape: type) -> Document:
    return {"description": says, "content": {"application/json": {"schema": schema.reference(shape)}}}


def _asked(field: forms.Field) -> Document:
    """Return the schema of what a field reads."""
    match field:
        case forms.IntegerField():
            return {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
        case forms.DateField():
            return {"type": "string", "format": "date"}
        case OneOf():
            return {"type": "string", "enum": list(field.values)}
        case forms.CharField():
            return {"type": "string", "minLength": int(field.required), "maxLength": field.max_length}
    raise TypeError(field)


def _parameter(parameter: Parameter, *, required: bool) -> Document:
    return {
        "name": parameter.name,
        "in": "query",
        "required": required,
        "description": parameter.says + _MATCHES[parameter.match],
        "schema": {"type": "string"},
    }


def _head() -> Document:
    return _object(
        {
            "head": _list_of(
                _object({"list_total_count": {"type": "integer", "minimum": 1}}),
                {"$ref": "#/components/schemas/Result"},
            )
        }
    )


def _rows(service: Service) -> Document:
    return _object(
        {"row": {"type": "array", "items": {"$ref": f"#/components/schemas/{_row_name(service)}"}}}
    )


def _row_name(service: Service) -> str:
    return f"{service.root}Row"


def _row(service: Service) -> Document:
    row = _object({item.name: _value(item) for item in service.emitted(extended=True)})
    row["required"] = [item.name for item in service.fields]
    return row


def _value(item: Field) -> Document:
    # The original wrote numbers as strings until 2022: such rows are given on as they came.
    types = ["number", "string", "null"] if item.kind is Kind.NUMBER else ["string", "null"]
    return {"type": types, "description": item.says}


def _list_of(*items: Document) -> Document:
    """Return an array of these, each once.

    `prefixItems` would say their order, too; but programs that fuzz and generate still stumble over it.
    """
    return {
        "type": "array",
        "items": {"oneOf": list(items)},
        "minItems": len(items),
        "maxItems": len(items),
    }


def _object(properties: Document) -> Document:
    """Return an object of exactly these members."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
