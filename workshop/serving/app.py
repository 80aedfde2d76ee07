"""The web application: every door of the service, and the answer to whatever is no door."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Final

from flask import Flask, Response, g, request, send_from_directory
from werkzeug.exceptions import HTTPException

from workshop.serving.drawings import Drawings
from workshop.serving.model import FrozenModel
from workshop.serving.openapi import document
from workshop.serving.predict import predict_door
from workshop.serving.problem import Problem
from workshop.serving.protocol_v2 import v2_door
from workshop.serving.service import LARGEST_BODY, Service, data_folder, json_response

PAGE: Final = Path(__file__).parent / "page"
SENTENCES: Final = {
    404: "There is nothing at this address. GET /openapi.json lists what there is.",
    413: f"The body has more than {LARGEST_BODY:,} bytes. Send fewer pictures at a time.",
    500: "The service has failed; its log says more. It is not your request's fault.",
}
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; object-src 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def create_app(
    model: Path, folder: Path | None = None, draining: Callable[[], bool] = lambda: False
) -> Flask:
    """Load a frozen model and put an application around it.

    Each process makes its own: a session of ONNX Runtime does not survive a fork.

    Args:
        model: the `.onnx` file; its card lies beside it.
        folder: where labelled drawings go; by default beside the learner's progress.
        draining: tells whether the process is about to end.

    Raises:
        ModelError: if the model cannot be used.
    """
    drawings = Drawings((folder or data_folder()) / "drawings.sqlite")
    service = Service(FrozenModel.load(model), drawings, draining)
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.url_map.merge_slashes = False  # one address for each thing, and no redirections
    app.register_blueprint(predict_door(service))
    app.register_blueprint(v2_door(service))
    _add_page(app)
    _add_health(app, service)
    _add_problems(app)
    _add_measurement(app, service)
    return app


def _add_page(app: Flask) -> None:
    @app.get("/")
    def page() -> Response:
        return send_from_directory(PAGE, "index.html")

    @app.get("/page/<path:name>")
    def page_file(name: str) -> Response:
        return send_from_directory(PAGE, name)


def _add_health(app: Flask, service: Service) -> None:
    described = json.dumps(document(service.model.card))

    @app.get("/livez")
    def livez() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz")
    def readyz() -> Response:
        if service.draining():
            return json_response(json.dumps({"status": "draining"}), 503)
        return json_response(json.dumps({"status": "ready", "model": service.model_name}))

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(service.metrics.text(), content_type="text/plain; version=0.0.4")

    @app.get("/openapi.json")
    def openapi() -> Response:
        return json_response(described)


def _add_problems(app: Flask) -> None:
    @app.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        return json_response(json.dumps(error.body()), error.status)

    @app.errorhandler(HTTPException)
    def http_problem(error: HTTPException) -> Response:
        status = error.code or 500
        sentence = SENTENCES.get(status) or error.description or "This request is not answered."
        headers = [pair for pair in error.get_headers() if pair[0] == "Allow"]
        return json_response(json.dumps({"error": sentence}), status, headers)


def _add_measurement(app: Flask, service: Service) -> None:
    @app.before_request
    def start() -> None:
        g.start = perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers.extend(SECURITY_HEADERS)
        door = request.url_rule.rule if request.url_rule else "none"
        service.metrics.requests.labels(door, response.status_code).inc()
        service.metrics.seconds.observe(perf_counter() - g.start)
        return response
