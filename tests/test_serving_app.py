"""The app's doors: what they answer, and what they refuse with a sentence."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from PIL import Image

from tests.serving import picture_of, write_model
from workshop.drawing import digit_from_strokes
from workshop.serving.app import create_app
from workshop.serving.service import LARGEST_BODY

STROKES = [[[20, 10], [80, 10], [40, 90]]]
BLANK = [[0] * 28] * 28


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    app = create_app(write_model(tmp_path / "models"), tmp_path / "data")
    return app.test_client()


def test_a_picture_is_read(client: FlaskClient) -> None:
    answer = client.post("/predict", json={"image": picture_of(7)})
    assert answer.status_code == 200
    assert answer.json["digit"] == 7
    assert len(answer.json["probabilities"]) == 10
    assert sum(answer.json["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert answer.json["model"]["name"] == "tiny"
    assert answer.json["milliseconds"] >= 0


def test_many_pictures_give_as_many_answers(client: FlaskClient) -> None:
    answer = client.post("/predict", json={"images": [picture_of(n) for n in (3, 1, 4)]})
    assert [reading["digit"] for reading in answer.json["predictions"]] == [3, 1, 4]


def test_fractions_take_the_careful_road_to_the_same_answer(client: FlaskClient) -> None:
    whole = client.post("/predict", json={"image": picture_of(5)}).json
    floats = [[float(value) for value in row] for row in picture_of(5)]
    careful = client.post("/predict", json={"image": floats, "show": False}).json
    assert careful["probabilities"] == whole["probabilities"]
    floats[0][0] = 0.5
    assert client.post("/predict", json={"image": floats}).json["digit"] == 5


def test_strokes_are_drawn_as_everywhere_in_the_course(client: FlaskClient) -> None:
    asked = {"strokes": STROKES, "size": [100, 100], "show": True}
    answer = client.post("/predict", json=asked)
    assert answer.json["seen"] == digit_from_strokes(STROKES, [100, 100]).tolist()


def test_what_was_not_asked_for_is_not_shown(client: FlaskClient) -> None:
    assert "seen" not in client.post("/predict", json={"image": BLANK}).json


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "1", "P", "I;16"])
def test_a_png_picture_is_read_in_every_mode(client: FlaskClient, mode: str) -> None:
    pixels = np.full((60, 60), 255, np.uint8)
    pixels[10:50, 25:35] = 0
    image = Image.fromarray(pixels)
    if mode == "I;16":
        image = Image.fromarray(pixels.astype(np.uint16) * 257)
    expected = client.post("/predict", data=png(Image.fromarray(pixels)), content_type="image/png")
    answer = client.post(
        "/predict",
        data=png(image.convert(mode) if mode != "I;16" else image),
        content_type="image/png",
    )
    assert answer.status_code == 200
    assert answer.json["probabilities"] == expected.json["probabilities"]


def test_transparent_ink_is_laid_on_white_paper(client: FlaskClient) -> None:
    pixels = np.zeros((60, 60, 4), np.uint8)
    pixels[10:50, 25:35, 3] = 255
    answer = client.post(
        "/predict", data=png(Image.fromarray(pixels, "RGBA")), content_type="image/png"
    )
    assert answer.status_code == 200


def test_bare_bytes_are_pictures_too(client: FlaskClient) -> None:
    pixels = np.array([picture_of(2), picture_of(9)], np.uint8)
    answer = client.post("/predict", data=pixels.tobytes(), content_type="application/octet-stream")
    assert [reading["digit"] for reading in answer.json["predictions"]] == [2, 9]


def changed(y: int, x: int, value: Any) -> list[list[Any]]:
    picture: list[list[Any]] = picture_of(3)
    picture[y][x] = value
    return picture


SCALED = [[value / 255 for value in row] for row in picture_of(3)]
RAGGED = [[0] * 28] * 27 + [[0] * 27]
UNREADABLE: list[tuple[Any, int, str, str]] = [
    ({}, 422, "One of image, images or strokes", ""),
    ([], 422, "a list; an object is needed", ""),
    ({"image": BLANK, "images": [BLANK]}, 422, "image and images", ""),
    ({"image": BLANK, "imgae": 1}, 422, "no field 'imgae'", "imgae"),
    ({"image": BLANK, "size": [1, 1]}, 422, "size belongs to strokes", "size"),
    ({"image": BLANK, "show": "yes"}, 422, "show is a string", "show"),
    ({"image": None}, 422, "image is null", "image"),
    ({"image": [0] * 784}, 422, "flat list of 784", "image"),
    ({"image": [[0] * 28] * 27}, 422, "has 27 rows", "image"),
    ({"image": RAGGED}, 422, "image[27] has 27 numbers", "image[27]"),
    ({"image": changed(2, 5, 256)}, 422, "image[2][5] is 256", "image[2][5]"),
    ({"image": changed(2, 5, -1)}, 422, "image[2][5] is -1", "image[2][5]"),
    ({"image": changed(2, 5, True)}, 422, "true or false", "image[2][5]"),
    ({"image": changed(2, 5, "0")}, 422, "a string", "image[2][5]"),
    ({"image": changed(2, 5, float("nan"))}, 422, "image[2][5] is nan", "image[2][5]"),
    ({"image": changed(2, 5, float("inf"))}, 422, "image[2][5] is inf", "image[2][5]"),
    ({"image": changed(2, 5, 10**400)}, 422, "image[2][5] is 1000", "image[2][5]"),
    ({"image": SCALED}, 422, "divided by 255", "image"),
    ({"images": []}, 422, "empty", "images"),
    ({"images": [BLANK, SCALED]}, 422, "picture 1 is above 1", "images"),
    ({"images": [BLANK, changed(0, 1, 999)]}, 422, "images[1][0][1]", "images[1][0][1]"),
    ({"strokes": STROKES}, 422, "strokes need a size", "size"),
    ({"strokes": [], "size": [9, 9]}, 422, "", "strokes"),
    ({"strokes": [[[50, 1]]], "size": [9, 9]}, 422, "", "strokes"),
]


@pytest.mark.parametrize(("body", "status", "sentence", "where"), UNREADABLE)
def test_bad_input_is_told_what_and_where(
    client: FlaskClient, body: Any, status: int, sentence: str, where: str
) -> None:
    answer = client.post("/predict", data=json.dumps(body), content_type="application/json")
    assert answer.status_code == status
    assert sentence in answer.json["error"]
    assert answer.json.get("where", "") == where


BROKEN = [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"image": 1e}', b"9" * 5_000, b'"\xed\xa0\x80"']


@pytest.mark.parametrize("body", BROKEN)
def test_what_is_no_json_is_a_400(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/predict", data=body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer.json["error"]


def test_a_picture_without_ink_is_refused_by_the_pen_and_not_by_the_server(
    client: FlaskClient,
) -> None:
    answer = client.post(
        "/predict", data=png(Image.new("L", (50, 50), 255)), content_type="image/png"
    )
    assert answer.status_code == 422


def test_broken_and_huge_pictures_are_refused(client: FlaskClient) -> None:
    whole = png(Image.new("L", (50, 50)))
    huge = png(Image.new("1", (5000, 10)))
    assert client.post("/predict", data=whole[:40], content_type="image/png").status_code == 400
    assert client.post("/predict", data=b"GIF89a", content_type="image/png").status_code == 400
    assert client.post("/predict", data=huge, content_type="image/png").status_code == 422


@pytest.mark.parametrize("kind", ["text/plain", "", "multipart/form-data"])
def test_another_type_is_a_415(client: FlaskClient, kind: str) -> None:
    answer = client.post("/predict", data=b"7", content_type=kind)
    assert answer.status_code == 415
    assert "application/json" in answer.json["error"]


def test_a_body_over_one_megabyte_is_a_413(client: FlaskClient) -> None:
    answer = client.post(
        "/predict", data=bytes(LARGEST_BODY + 1), content_type="application/octet-stream"
    )
    assert answer.status_code == 413
    assert "1,000,000" in answer.json["error"]


def test_the_wrong_method_and_the_wrong_address_are_told(client: FlaskClient) -> None:
    wrong = client.get("/predict")
    assert wrong.status_code == 405
    assert "POST" in wrong.headers["Allow"]
    assert "openapi.json" in client.get("/nothing").json["error"]


def test_feedback_is_kept_once(client: FlaskClient, tmp_path: Path) -> None:
    drawing = {"label": 7, "strokes": STROKES, "size": [100, 100]}
    first = client.post("/feedback", json=drawing)
    assert (first.status_code, first.json) == (201, {"stored": True, "count": 1})
    again = client.post("/feedback", json=drawing)
    assert (again.status_code, again.json) == (200, {"stored": False, "reason": "duplicate"})


@pytest.mark.parametrize("label", [10, -1, 7.5, True, "7", None])
def test_feedback_needs_a_digit(client: FlaskClient, label: Any) -> None:
    answer = client.post("/feedback", json={"label": label, "image": picture_of(7)})
    assert answer.status_code == 422
    assert answer.json["where"] == "label"


def test_the_service_says_that_it_is_alive_and_ready(tmp_path: Path) -> None:
    draining = False
    app = create_app(write_model(tmp_path), tmp_path, lambda: draining)
    client = app.test_client()
    assert client.get("/readyz").json["model"]["name"] == "tiny"
    draining = True
    assert client.get("/readyz").status_code == 503
    assert client.get("/v2/health/ready").status_code == 503
    assert client.get("/livez").status_code == 200


def test_prometheus_finds_its_numbers(client: FlaskClient) -> None:
    client.post("/predict", json={"image": picture_of(7)})
    client.post("/predict", json={})
    text = client.get("/metrics").text
    assert 'digits_requests_total{door="/predict",status="200"} 1.0' in text
    assert 'digits_requests_total{door="/predict",status="422"} 1.0' in text
    assert 'digits_read_total{digit="7"} 1.0' in text
    assert "digits_request_seconds_bucket" in text


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    for path in ("/", "/livez", "/nothing"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_no_file_outside_of_the_page_is_served(client: FlaskClient) -> None:
    for path in ("/page/../app.py", "/page/%2e%2e/app.py", "/page//etc/passwd"):
        assert client.get(path).status_code == 404


def test_the_api_document_is_valid(client: FlaskClient) -> None:
    document = client.get("/openapi.json").json
    validate(document)
    rules = {
        rule.rule.replace("<name>", "{name}") for rule in client.application.url_map.iter_rules()
    }
    page = {"/", "/page/<path:name>", "/openapi.json"}
    assert set(document["paths"]) == rules - page


def infer(client: FlaskClient, request_id: str = "42", **changes: Any) -> Any:
    tensor = {
        "name": "images",
        "shape": [1, 28, 28],
        "datatype": "UINT8",
        "data": [picture_of(7)],
    } | changes
    return client.post("/v2/models/tiny/infer", json={"id": request_id, "inputs": [tensor]})


def test_protocol_v2_gives_back_any_id_that_json_can_write(client: FlaskClient) -> None:
    half_a_pair = "\ud800"
    assert infer(client, half_a_pair).json["id"] == half_a_pair


def test_protocol_v2_reads_the_same_digits(client: FlaskClient) -> None:
    own = client.post("/predict", json={"image": picture_of(7)}).json["probabilities"]
    answer = infer(client).json
    assert answer["id"] == "42"
    assert answer["outputs"][0]["data"] == own
    assert answer["outputs"][0]["shape"] == [1, 10]
    flat = [value for row in picture_of(7) for value in row]
    assert infer(client, data=flat, datatype="FP32").json["outputs"][0]["data"] == own


WRONG_TENSORS: list[tuple[dict[str, Any], str]] = [
    ({"name": "pictures"}, "inputs[0].name"),
    ({"datatype": "FP64"}, "inputs[0].datatype"),
    ({"datatype": ["FP32"]}, "inputs[0].datatype"),
    ({"shape": [2, 28, 28]}, "inputs[0].data"),
    ({"shape": [1, 784]}, "inputs[0].shape"),
    ({"shape": [True, 28, 28]}, "inputs[0].shape"),
    ({"data": [0.5] * 784}, "inputs[0].data"),
    ({"data": [300] * 784}, "inputs[0].data[0]"),
    ({"data": [[0] * 28] * 28}, "inputs[0].data"),
    ({"parameters": {"fast": True}}, "inputs[0].parameters"),
    ({"colour": "red"}, "inputs[0].colour"),
]


@pytest.mark.parametrize(("changes", "where"), WRONG_TENSORS)
def test_protocol_v2_names_what_is_wrong(
    client: FlaskClient, changes: dict[str, Any], where: str
) -> None:
    answer = infer(client, **changes)
    assert answer.status_code == 422
    assert answer.json["where"] == where


def test_protocol_v2_describes_its_model(client: FlaskClient) -> None:
    assert client.get("/v2").json["name"]
    assert client.get("/v2/models/tiny").json["inputs"][0]["shape"] == [-1, 28, 28]
    assert client.get("/v2/models/tiny/ready").json == {"name": "tiny", "ready": True}
    assert client.get("/v2/models/other").status_code == 404


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
