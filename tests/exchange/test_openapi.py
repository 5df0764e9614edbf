"""The description for programs is valid, complete, and true of what is answered."""

import json

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from baroalgi.exchange.api.operations import OPERATIONS
from baroalgi.exchange.neis.services import SERVICES
from tests import rows as arrange
from tests.exchange.arranging import one_of_each

ADDRESSES = {f"/hub/{path}" for path in SERVICES} | {one.address for one in OPERATIONS}


def test_the_description_is_valid_and_names_every_service_with_its_fields(world, visitor):
    response = visitor.get("/openapi.json")
    document = json.loads(response.content)
    OpenAPIV31SpecValidator(document).validate()
    assert set(document["paths"]) == ADDRESSES
    row = document["components"]["schemas"]["acaInsTiInfoRow"]
    assert "FA_TELNO" in row["properties"]
    assert "FA_TELNO" not in row["required"]
    again = visitor.get("/openapi.json", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


@pytest.mark.filterwarnings("ignore")  # of the fuzzer's own parts
def test_whatever_is_asked_fits_the_description(world):
    """Schemathesis asks each address things that do not fit, and compares what comes with the description."""
    import schemathesis
    import schemathesis.specs.openapi.checks as openapi_checks
    from django.core.wsgi import get_wsgi_application
    from hypothesis import HealthCheck, Phase, given, settings
    from schemathesis import checks
    from schemathesis.generation import GenerationMode

    one_of_each(world)
    arrange.letter(world.hwanggan, 1, "학예회 안내")
    here = {"Host": "localhost"}
    schema = schemathesis.openapi.from_wsgi("/openapi.json", get_wsgi_application(), headers=here)
    true = [
        checks.not_a_server_error,
        openapi_checks.status_code_conformance,
        openapi_checks.content_type_conformance,
        openapi_checks.response_schema_conformance,
    ]
    asked = []
    for found in schema.get_all_operations():
        operation = found.ok()
        mode = GenerationMode.NEGATIVE if operation.query else GenerationMode.POSITIVE

        @settings(
            max_examples=3,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case):
            asked.append(case.path)
            case.validate_response(case.call(headers=here), checks=true)

        ask()
    assert set(asked) == ADDRESSES
