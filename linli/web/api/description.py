"""The API's own description: OpenAPI 3.1 made from the code, with every error that an operation can answer, as problem details."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.schema import NinjaGenerateJsonSchema

from linli.core.api.public import MEDIA_TYPE
from linli.web.api.schemas import Problem

ADDRESS = "api/v1/"
WORDS = {
    400: "The request could not be read, or the header Idempotency-Key is missing or no UUID.",
    401: "Nobody is signed in.",
    403: "The person may not do this, or a session sent no CSRF token.",
    404: "It does not exist, or not for this person.",
    408: "The body did not arrive in time; the header Retry-After says when to send it again.",
    409: "Refused as things stand: not possible in this state, somebody was faster, or the UUID was used for other content.",
    413: "The body or file is too large.",
    415: "The body is of another kind.",
    416: "The file has no such part.",
    422: "A value cannot be used; `errors` names the fields.",
    429: "Too many requests from this address; the header Retry-After says when to come back.",
    500: "An error of the server.",
    503: "The database does not answer, or the server is busy; the header Retry-After says when to come back.",
    507: "The server's disk is full.",
}


def errors_of(method: str, operation: dict[str, Any], path: str) -> list[int]:
    """Which errors an operation can answer, by what it takes."""
    found = {400, 500, 503}
    if operation.get("security"):
        found |= {401, 403}
    else:
        found |= {429}
    if "{" in path:
        found |= {404}
    if operation.get("parameters"):
        found |= {422}
    if method != "get":
        found |= {409, 507}
    if operation.get("requestBody"):
        found |= {408, 413, 415, 422}
    if path.endswith("/{variant}"):
        found |= {416}
    if path.endswith(("/cases", "/units", "/categories", "/areas")) and method == "get":
        found -= {403}
    return sorted(found)


class Api(NinjaAPI):
    """NinjaAPI whose description says every error and is made once."""

    @cached_property
    def _described(self) -> OpenAPISchema:
        described = super().get_openapi_schema(path_prefix=ADDRESS)
        schemas = described["components"]["schemas"]
        problem = Problem.model_json_schema(
            ref_template="#/components/schemas/{model}", schema_generator=NinjaGenerateJsonSchema, mode="serialization"
        )
        schemas.update(problem.pop("$defs", {}))
        schemas["Problem"] = problem
        described["components"]["responses"] = {
            f"Problem{status}": {
                "description": words,
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
            for status, words in WORDS.items()
        }
        for path, methods in described["paths"].items():
            for method, operation in methods.items():
                _complete(path, method, operation)
        return described

    def get_openapi_schema(self, *_args: Any, **_kwargs: Any) -> OpenAPISchema:
        """The description, as openapi.json gives it."""
        return self._described


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    responses: dict[Any, Any] = operation["responses"]
    keyed = any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", ()))
    if keyed and 201 in responses:
        responses[200] = {
            **responses[201],
            "description": "The same was sent before: the answer of then, nothing happened now.",
        }
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _without_null(parameter["schema"])
    for status in errors_of(method, operation, path):
        responses[status] = {"$ref": f"#/components/responses/Problem{status}"}
    operation["responses"] = {str(status): responses[status] for status in sorted(responses)}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """An address cannot carry null; a parameter that may be missing is left out."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    if len(kinds) != 1:
        return schema
    return {**{name: value for name, value in schema.items() if name not in ("anyOf", "default")}, **kinds[0]}
