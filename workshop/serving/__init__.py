"""From a trained network to a service: the frozen model, the app, and the page where one draws.

- `model` reads a frozen model and answers with it; `freeze` makes one from a Keras network, and
  `reference` trains one for those who have none.
- `app` puts the doors together: `predict`, `protocol_v2`, `feedback` and the drawing page.
- `server` runs the app: gunicorn where there is fork, waitress on Windows.
"""
