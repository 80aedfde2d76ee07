# What benchmarks/image.py compares docker/Dockerfile with: the same lock, installed on a full Debian
# without a second thought.
ARG BASE_IMAGE
FROM ${BASE_IMAGE}
RUN apt-get update && apt-get install --yes graphviz
RUN python3 -m venv /opt/venv
COPY requirements.txt /tmp/
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes --requirement /tmp/requirements.txt
CMD ["/opt/venv/bin/jupyter", "lab", "--allow-root", "--no-browser", "--ip=0.0.0.0"]
