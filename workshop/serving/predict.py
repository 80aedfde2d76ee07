"""The first door: `POST /predict` reads digits, `POST /feedback` keeps what they really were."""

from __future__ import annotations

import json
from typing import Any

import orjson
from flask import Blueprint, Response, request

from workshop.serving.drawings import FullError
from workshop.serving.model import Probabilities
from workshop.serving.pixels import Pictures
from workshop.serving.problem import Problem
from workshop.serving.requests import asked, labelled
from workshop.serving.service import Clock, Service, json_response, whole_body


def predict_door(service: Service) -> Blueprint:
    """`/predict` and `/feedback` of a service."""
    door = Blueprint("predict", __name__)

    @door.post("/predict")
    def predict() -> Response:
        body = whole_body()
        clock = Clock()
        question = asked(body, request.mimetype)
        clock.step("read")
        probabilities = service.ask(question.images)
        clock.step("model")
        readings = _readings(probabilities, question.images if question.show else None)
        answer = {"predictions": readings} if question.several else readings[0]
        answer |= {"model": service.model_name, "milliseconds": clock.milliseconds}
        content = orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY)
        clock.step("write")
        return json_response(content, headers=clock.headers())

    @door.post("/feedback")
    def feedback() -> Response:
        image, label = labelled(whole_body(), request.mimetype)
        try:
            new = service.drawings.add(image, label, service.model.card.version)
        except FullError as full:
            raise Problem(507, str(full)) from full
        if not new:
            return json_response(json.dumps({"stored": False, "reason": "duplicate"}))
        return json_response(json.dumps({"stored": True, "count": service.drawings.count()}), 201)

    return door


def _readings(probabilities: Probabilities, seen: Pictures | None) -> list[dict[str, Any]]:
    digits = probabilities.argmax(axis=1).tolist()
    readings: list[dict[str, Any]] = [
        {"digit": digit, "probabilities": row}
        for digit, row in zip(digits, probabilities, strict=True)
    ]
    if seen is not None:
        for reading, image in zip(readings, seen, strict=True):
            reading["seen"] = image
    return readings
