"""The served app against the naive one that it replaces, and against a loop without any server.

    MNIST_NPZ=path/to/mnist.npz python benchmarks/serving.py
    python benchmarks/serving.py --seconds 2 --rounds 1      # a quick look

All three have the same network and the same cores, and take turns, so that a busy minute of the
machine hits all of them. The naive app is what a first try looks like: Flask's own server, and
`model.predict` for each request. The loop is the limit: ONNX Runtime in as many processes as the
service has workers, and pictures that are arrays already. One client process holds eight
connections, each with one request under way; it takes processor time too, from those it measures.
"""

import argparse
import json
import multiprocessing
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
from shared.clients import Load, load, request

from workshop.data import load_mnist
from workshop.machine import cores
from workshop.serving.choice import chosen_model
from workshop.serving.model import FrozenModel

BATCH = 64
BYTES = "application/octet-stream"

NAIVE = """
import sys
import numpy as np
from workshop.quiet import quiet_tensorflow
quiet_tensorflow()
import keras
from flask import Flask, request

model = keras.saving.load_model(sys.argv[1])
app = Flask("naive")

@app.post("/predict")
def predict():
    pictures = request.json.get("images") or [request.json["image"]]
    images = np.array(pictures)[..., None] / 255
    probabilities = model.predict(images, verbose=0)
    digits = probabilities.argmax(axis=1)
    return {"digits": digits.tolist(), "probabilities": probabilities.tolist()}

app.run(port=int(sys.argv[2]))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(*command: str) -> Iterator[tuple[psutil.Process, int]]:
    """A server on a free port, which the command's PORT stands for."""
    port = free_port()
    words = [word.replace("PORT", str(port)) for word in command]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([sys.executable, *words], stdout=log, stderr=log)
        try:
            while not listens(port):
                if process.poll() is not None:
                    log.seek(0)
                    sys.exit(f"a server did not start:\n{log.read().decode()}")
                time.sleep(0.2)
            yield psutil.Process(process.pid), port
        finally:
            process.terminate()
            process.wait()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def processor_seconds(process: psutil.Process) -> float:
    """Of a server and its workers, added up."""
    times = [one.cpu_times() for one in [process, *process.children(recursive=True)]]
    return sum(one.user + one.system for one in times)


def measured(name: str, process: psutil.Process, port: int, asked: bytes, seconds: float) -> Load:
    load(port, asked, min(1.0, seconds))  # warm
    before = processor_seconds(process)
    seen = load(port, asked, seconds)
    seen.processor = processor_seconds(process) - before
    print(f"  {name:<34}{seen.rate:>9,.1f} requests/s", file=sys.stderr)
    return seen


def loop(path: Path, count: int, seconds: float, rates: "multiprocessing.Queue[float]") -> None:
    """Digits per second of ONNX Runtime alone, in batches."""
    model = FrozenModel.load(path)
    images = load_mnist(quiet=True)[1][0][:count]
    model.probabilities(images)
    begin, done = time.perf_counter(), 0
    while time.perf_counter() < begin + seconds:
        model.probabilities(images)
        done += count
    rates.put(done / (time.perf_counter() - begin))


def limit(path: Path, count: int, seconds: float, workers: int) -> float:
    """Digits per second of the loop, in as many processes as the service has workers."""
    context = multiprocessing.get_context("spawn")
    rates: multiprocessing.Queue[float] = context.Queue()
    running = [
        context.Process(target=loop, args=(path, count, seconds, rates)) for _ in range(workers)
    ]
    for process in running:
        process.start()
    total = sum(rates.get() for _ in running)
    for process in running:
        process.join()
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=8.0, help="for each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=cores())
    options = parser.parse_args()
    images = load_mnist(quiet=True)[1][0][:BATCH]
    one = json.dumps({"image": images[0].tolist()}).encode()
    many = json.dumps({"images": images.tolist()}).encode()
    line = [[[x, 30 + x % 7] for x in range(20, 80)], [[80, y] for y in range(30, 95)]]
    strokes = json.dumps({"strokes": line, "size": [100, 100]}).encode()
    questions = {
        "one picture, JSON": request(one),
        "one drawing, strokes": request(strokes),
        f"{BATCH} pictures, JSON": request(many),
        f"{BATCH} pictures, bytes": request(images.tobytes(), BYTES),
    }
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        path = chosen_model(None)
        naive_script = folder / "naive.py"
        naive_script.write_text(NAIVE)
        reader = train_naive(folder)
        os.environ["WORKSHOP_PROGRESS"] = str(folder / "progress.jsonl")
        serve = ("-m", "workshop", "serve", str(path), "--port", "PORT")
        ours = stack.enter_context(server(*serve, "--workers", str(options.workers)))
        naive = stack.enter_context(server(str(naive_script), str(reader), "PORT"))
        results: dict[str, Load] = {}
        limits: dict[int, list[float]] = {1: [], BATCH: []}
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
            for name, asked in questions.items():
                seen = measured(f"served: {name}", *ours, asked, options.seconds)
                results.setdefault(f"served: {name}", Load()).add(seen)
                if "JSON" in name:
                    seen = measured(f"naive: {name}", *naive, asked, options.seconds)
                    results.setdefault(f"naive: {name}", Load()).add(seen)
            for count in limits:
                limits[count].append(limit(path, count, options.seconds, options.workers))
        restart = load(ours[1], request(one), 3 * options.seconds, lambda: hang_up(ours[0]))
    report(results, {count: statistics.median(rates) for count, rates in limits.items()}, restart)


def hang_up(process: psutil.Process) -> None:
    process.send_signal(signal.SIGHUP)


def train_naive(folder: Path) -> Path:
    """The same network for Keras. Its speed is what counts here, so it needs no training."""
    path = folder / "naive.keras"
    code = "from workshop import reader; import sys; reader.lean_network().save(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True)
    return path


def report(results: dict[str, Load], limits: dict[int, float], restart: Load) -> None:
    """Print the tables, and whether the goals are reached."""
    head = ("requests/s", "digits/s", "p50 ms", "p99 ms", "server ms", "client ms")
    print(f"\n{'':<34}" + "".join(f"{name:>11}" for name in head))
    for name, seen in results.items():
        digits = seen.rate * (BATCH if str(BATCH) in name else 1)
        used, own = (1000 * s / max(len(seen.latencies), 1) for s in (seen.processor, seen.own))
        print(
            f"{name:<34}{seen.rate:>11,.1f}{digits:>11,.0f}{seen.percentile(50):>11.2f}"
            f"{seen.percentile(99):>11.2f}{used:>11.3f}{own:>11.3f}"
        )
    for count, rate in limits.items():
        print(
            f"{f'limit: ONNX Runtime, batches of {count}':<34}{rate / count:>11,.1f}{rate:>11,.0f}"
        )
    print("\nWhere a request's processor time goes (ms; read: JSON or bytes or drawing → array)")
    for name, seen in results.items():
        if seen.steps:
            parts = {step: statistics.median(values) for step, values in seen.steps.items()}
            used = 1000 * seen.processor / max(len(seen.latencies), 1)
            parts["HTTP and Flask"] = used - sum(parts.values())
            shares = ", ".join(f"{k} {v:.3f} ({v / used:.0%})" for k, v in parts.items())
            print(f"  {name:<32}{shares}")
    print(f"\nrestart under load: {len(restart.latencies):,} answered, {restart.lost} lost")
    one, naive = results["served: one picture, JSON"], results["naive: one picture, JSON"]
    goals = {
        f"{one.rate / naive.rate:.0f} times the naive one's requests (goal 100)": one.rate
        >= 100 * naive.rate,
        f"p99 {one.percentile(99):.1f} ms (goal below 25)": one.percentile(99) < 25,
        f"{restart.lost + restart.refused} requests lost in a restart (goal 0)": not restart.lost
        and not restart.refused,
    }
    for form in ("JSON", "bytes"):
        share = results[f"served: {BATCH} pictures, {form}"].rate * BATCH / limits[BATCH]
        goals[f"{BATCH} pictures as {form}: {share:.0%} of the loop (goal 50 %)"] = share >= 0.5
    for goal, reached in goals.items():
        print(f"{'reached' if reached else 'MISSED '}  {goal}")


if __name__ == "__main__":
    main()
