"""The second door: the Open Inference Protocol, version 2, as KServe, Triton and others speak it.

A client that knows the protocol needs to know nothing about this course. The model takes one
tensor, `images` [n, 28, 28] of type UINT8 or FP32, and gives one, `probabilities` [n, 10] FP32.
"""

from __future__ import annotations

import json
from math import prod
from typing import Any, Final

import numpy as np
import orjson
from flask import Blueprint, Response, request

from workshop.serving.pixels import SIDE, Pictures, check_number, check_scale, parsed
from workshop.serving.problem import Problem, check_fields, kind_of, refused
from workshop.serving.service import Service, json_response, whole_body

INPUT, OUTPUT = "images", "probabilities"
TYPES: Final = {"UINT8": np.uint8, "FP32": np.float32}
JSON: Final = "application/json"


def v2_door(service: Service) -> Blueprint:
    """Everything below `/v2`."""
    door = Blueprint("v2", __name__, url_prefix="/v2")
    card = service.model.card

    @door.get("", strict_slashes=False)
    def server() -> dict[str, Any]:
        return {"name": "pixels-to-production", "version": card.version, "extensions": []}

    @door.get("/health/live")
    def live() -> dict[str, bool]:
        return {"live": True}

    @door.get("/health/ready")
    def ready() -> Response:
        now = not service.draining()
        return json_response(json.dumps({"ready": now}), 200 if now else 503)

    @door.get("/models/<name>")
    def metadata(name: str) -> dict[str, Any]:
        known(name)
        return {
            "name": card.name,
            "versions": [card.version],
            "platform": "onnx_onnxv1",
            "inputs": [{"name": INPUT, "datatype": "UINT8", "shape": [-1, SIDE, SIDE]}],
            "outputs": [{"name": OUTPUT, "datatype": "FP32", "shape": [-1, card.classes]}],
        }

    @door.get("/models/<name>/ready")
    def model_ready(name: str) -> Response:
        known(name)
        now = not service.draining()
        said = {"name": name, "ready": now}
        return json_response(json.dumps(said), 200 if now else 503)

    @door.post("/models/<name>/infer")
    def infer(name: str) -> Response:
        known(name)
        if request.mimetype != JSON:
            said = request.mimetype[:60] or "missing"
            raise Problem(415, f"The Content-Type is {said}; {JSON} is needed.", "Content-Type")
        body = parsed(whole_body())
        fields = check_fields(body, ("id", "inputs", "outputs", "parameters"))
        images = _tensor_of(fields)
        probabilities = service.ask(images)
        answer: dict[str, Any] = {"model_name": name, "model_version": card.version}
        if "id" in fields:
            # JSON can escape half of a surrogate pair, which orjson does not write.
            answer["id"] = orjson.Fragment(json.dumps(fields["id"]))
        answer["outputs"] = [
            {
                "name": OUTPUT,
                "datatype": "FP32",
                "shape": list(probabilities.shape),
                "data": probabilities.ravel(),
            }
        ]
        return json_response(orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY))

    def known(name: str) -> None:
        if name != card.name:
            raise Problem(404, f"There is no model {name[:60]!r} here; there is {card.name!r}.")

    return door


def _tensor_of(fields: dict[str, Any]) -> Pictures:
    """The pictures in a request, once all of it makes sense."""
    if not isinstance(fields.get("id", ""), str):
        raise refused(f"id is {kind_of(fields['id'])}; a string is needed.", "id")
    _check_parameters(fields, "")
    _check_outputs(fields.get("outputs", []))
    inputs = fields.get("inputs")
    if not isinstance(inputs, list) or len(inputs) != 1:
        raise refused(f"inputs is a list of one tensor, named {INPUT!r}.", "inputs")
    tensor = check_fields(
        inputs[0], ("name", "shape", "datatype", "parameters", "data"), "inputs[0]"
    )
    _check_parameters(tensor, "inputs[0].")
    if tensor.get("name") != INPUT:
        raise refused(f"The model's input is named {INPUT!r}.", "inputs[0].name")
    datatype = tensor.get("datatype")
    if not isinstance(datatype, str) or datatype not in TYPES:
        raise refused(f"datatype is one of {', '.join(TYPES)}.", "inputs[0].datatype")
    count = _count_of(tensor.get("shape"))
    numbers = _numbers_of(tensor.get("data"), [count, SIDE, SIDE])
    whole = all(isinstance(number, int) for number in numbers)
    if datatype == "UINT8" and not whole:
        raise refused("data of type UINT8 holds whole numbers.", "inputs[0].data")
    array = np.array(numbers, dtype=np.float64).reshape(count, SIDE, SIDE)
    check_scale(array, "inputs[0].data")
    images: Pictures = array.astype(TYPES[datatype])
    return images


def _count_of(shape: Any) -> int:
    right = isinstance(shape, list) and len(shape) == 3 and shape[1:] == [SIDE, SIDE]
    if not right or type(shape[0]) is not int or not 1 <= shape[0] <= 10_000:
        raise refused("shape is [n, 28, 28], with n from 1 on.", "inputs[0].shape")
    return int(shape[0])


def _numbers_of(data: Any, shape: list[int]) -> list[Any]:
    """The data as a flat list; the protocol allows it flat or nested like the shape."""
    if not isinstance(data, list):
        raise refused("data is a list of numbers.", "inputs[0].data")
    numbers = data
    if data and isinstance(data[0], list):
        for length in shape[1:]:
            if not all(isinstance(row, list) and len(row) == length for row in numbers):
                raise refused(f"Nested data has the shape {shape}.", "inputs[0].data")
            numbers = [value for row in numbers for value in row]
    if len(numbers) != prod(shape):
        raise refused(
            f"data has {len(numbers):,} numbers; shape {shape} needs {prod(shape):,}.",
            "inputs[0].data",
        )
    for index, number in enumerate(numbers):
        check_number(number, f"inputs[0].data[{index}]")
    return numbers


def _check_parameters(holder: dict[str, Any], where: str) -> None:
    if holder.get("parameters", {}) != {}:
        raise refused("This model takes no parameters.", f"{where}parameters")


def _check_outputs(outputs: Any) -> None:
    if not isinstance(outputs, list) or len(outputs) > 1:
        raise refused(f"outputs is a list of one name, {OUTPUT!r}.", "outputs")
    for output in outputs:
        wanted = check_fields(output, ("name", "parameters"), "outputs[0]")
        _check_parameters(wanted, "outputs[0].")
        if wanted.get("name") != OUTPUT:
            raise refused(f"The model's output is named {OUTPUT!r}.", "outputs[0].name")
