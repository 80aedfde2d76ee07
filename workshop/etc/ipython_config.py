"""Installed as etc/ipython/ipython_config.py of the environment: every kernel gets our help."""

c = get_config()  # noqa: F821
c.InteractiveShellApp.extensions = ["workshop.kernel"]
