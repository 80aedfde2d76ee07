"""Does JupyterLab answer? The container's health check; /api needs no token."""

import sys
import urllib.request

try:
    with urllib.request.urlopen("http://127.0.0.1:8888/api", timeout=4) as answer:
        sys.exit(answer.status != 200)
except OSError as error:
    sys.exit(f"JupyterLab does not answer: {error}")
