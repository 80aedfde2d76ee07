"""The service described for programs: an OpenAPI 3.1 document, written by hand and fuzzed."""

from __future__ import annotations

from typing import Any, Final

from workshop.serving.model import CLASSES, SIDE, Card

Schema = dict[str, Any]

NUMBER: Final[Schema] = {"type": "number", "minimum": 0, "maximum": 255}
LABEL: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": CLASSES - 1}
PROBABILITY: Final[Schema] = {"type": "number", "minimum": 0, "maximum": 1}


def document(card: Card) -> dict[str, Any]:
    """The OpenAPI document of a service with this model."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Digits, read",
            "version": card.version,
            "description": "Pictures are 28 × 28 numbers from 0 (paper) to 255 (ink), row by row. "
            "The service scales them itself.",
        },
        "paths": _own_paths() | _health_paths() | _v2_paths(card),
        "components": {"schemas": _schemas()},
    }


def _own_paths() -> Schema:
    kinds = [
        _object({"image": _ref("Picture")}, "show"),
        _object({"images": _list(_ref("Picture"))}, "show"),
        _object({"strokes": _ref("Strokes"), "size": _ref("Size")}, "show"),
    ]
    labelled = [
        _object({"label": LABEL, "image": _ref("Picture")}),
        _object({"label": LABEL, "strokes": _ref("Strokes"), "size": _ref("Size")}),
    ]
    bodies = {
        "application/json": {"schema": {"oneOf": kinds}},
        "image/png": {"schema": {}},
        "application/octet-stream": {"schema": {}},
    }
    return {
        "/predict": {
            "post": {
                "operationId": "predict",
                "summary": "Read one digit, or many.",
                "description": "One picture gives one answer; `images`, or bare bytes (784 for "
                "each picture), give a list of them.",
                "requestBody": {"required": True, "content": bodies},
                "responses": {
                    "200": _json({"anyOf": [_ref("Answer"), _ref("Answers")]}, "What was read.")
                }
                | _problems(400, 413, 415, 422),
            }
        },
        "/feedback": {
            "post": {
                "operationId": "feedback",
                "summary": "Say which digit a drawing is; it is kept for the next training.",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"oneOf": labelled}}},
                },
                "responses": {
                    "200": _json({"type": "object"}, "It was there already."),
                    "201": _json({"type": "object"}, "It is kept."),
                }
                | _problems(400, 413, 415, 422, 507),
            }
        },
    }


def _health_paths() -> Schema:
    state = _json({"type": "object"}, "It is so.")
    not_now = {"503": _json({"type": "object"}, "Not now.")}
    plain = {"description": "Text.", "content": {"text/plain": {"schema": {"type": "string"}}}}
    return {
        "/livez": _get("live", "Is the process alive?", {"200": state}),
        "/readyz": _get("ready", "Does it take requests?", {"200": state} | not_now),
        "/metrics": _get("metrics", "Numbers for Prometheus.", {"200": plain}),
        "/v2": _get("v2", "The server of protocol v2.", {"200": state}),
        "/v2/health/live": _get("v2_live", "Is the server alive?", {"200": state}),
        "/v2/health/ready": _get(
            "v2_ready", "Does the server take requests?", {"200": state} | not_now
        ),
    }


def _v2_paths(card: Card) -> Schema:
    name = {
        "name": "name",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "enum": [card.name]},
    }
    state = _json({"type": "object"}, "It is so.")
    not_now = {"503": _json({"type": "object"}, "Not now.")}
    infer = {
        "operationId": "v2_infer",
        "summary": "Read digits by the Open Inference Protocol.",
        "parameters": [name],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _ref("InferenceRequest")}},
        },
        "responses": {"200": state} | _problems(400, 404, 413, 415, 422),
    }
    missing = _problems(404)
    return {
        "/v2/models/{name}": _get("v2_model", "Its tensors.", {"200": state} | missing, name),
        "/v2/models/{name}/ready": _get(
            "v2_model_ready", "Does it answer?", {"200": state} | not_now | missing, name
        ),
        "/v2/models/{name}/infer": {"post": infer},
    }


def _schemas() -> Schema:
    tensor = {
        "name": {"const": "images"},
        "shape": {
            "type": "array",
            "prefixItems": [
                {"type": "integer", "minimum": 1},
                {"const": SIDE},
                {"const": SIDE},
            ],
            "minItems": 3,
            "maxItems": 3,
        },
        "datatype": {"enum": ["UINT8", "FP32"]},
        "data": {"type": "array"},
    }
    picture = _list(_list(NUMBER, SIDE, SIDE), SIDE, SIDE)
    point = _list({"type": "number"}, 2, 3)
    reading = {"digit": LABEL, "probabilities": _list(PROBABILITY, CLASSES, CLASSES)}
    model = _object({"name": {"type": "string"}, "version": {"type": "string"}})
    about = {"model": model, "milliseconds": {"type": "number", "minimum": 0}}
    return {
        "Picture": picture,
        "Strokes": _list(_list(point)),
        "Size": _list({"type": "number", "exclusiveMinimum": 0, "maximum": 1e6}, 2, 2),
        "Reading": _object(reading, seen=_ref("Picture")),
        "Answer": _object(reading | about, seen=_ref("Picture")),
        "Answers": _object({"predictions": _list(_ref("Reading"))} | about),
        "InferenceRequest": _object(
            {"inputs": _list(_object(tensor), 1, 1)}, id={"type": "string"}
        ),
        "Problem": _object({"error": {"type": "string"}}, where={"type": "string"}),
    }


def _object(required: Schema, *flags: str, **optional: Schema) -> Schema:
    """An object with these fields and no others; flags are true or false."""
    switches = {flag: {"type": "boolean"} for flag in flags}
    return {
        "type": "object",
        "required": list(required),
        "properties": required | switches | optional,
        "additionalProperties": False,
    }


def _list(items: Schema, least: int = 1, most: int | None = None) -> Schema:
    bounds = {"minItems": least} | ({} if most is None else {"maxItems": most})
    return {"type": "array", "items": items} | bounds


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: Schema, description: str) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _get(operation: str, summary: str, responses: Schema, *parameters: Schema) -> Schema:
    described = {"operationId": operation, "summary": summary, "responses": responses}
    return {"get": described | ({"parameters": list(parameters)} if parameters else {})}


def _problems(*statuses: int) -> Schema:
    return {str(status): _json(_ref("Problem"), PROBLEMS[status]) for status in statuses}


PROBLEMS: Final = {
    400: "The body cannot be read at all.",
    404: "There is no such model.",
    413: "The body is larger than 1 MB.",
    415: "The body has a type that is not read here.",
    422: "The body can be read and makes no sense; `where` names the place.",
    507: "No room for another drawing.",
}
