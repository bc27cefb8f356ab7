"""A web server as a child process of the tests, and a private JupyterLab among them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

SETTINGS = {  # a fresh JupyterLab asks about news, looks for updates and saves while a test is typing
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}


def free_port() -> int:
    """Port of the loopback interface that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A web server run by `command` as a child process, and ended by its own process id.

    Args:
        command: the whole command line; it must listen on `port` of 127.0.0.1.
        port: see `free_port`.
        folder: where the server starts, and where its log `server.log` is kept.
        environment: the child's environment.
        seconds: how long it may take until it answers.

    Raises:
        RuntimeError: when the server ends or does not answer in time; the message ends with its log.
    """

    def __init__(self, command: list[str], port: int, folder: Path, environment: dict[str, str], seconds: float = 60):
        """Start the server and wait until it answers."""
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "server.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=folder, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        try:
            self._wait(time.monotonic() + seconds)
        except BaseException:
            self.stop()
            raise

    def _wait(self, end: float) -> None:
        while time.monotonic() < end:
            try:
                self.request("/api/status")
                return
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.tail()}") from None
                time.sleep(0.1)
        raise RuntimeError(f"the server did not answer in time:\n{self.tail()}")

    def tail(self) -> str:
        """Last lines of the server's log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-30:])

    def request(self, path: str, method: str = "GET", data: Any = None) -> Any:
        """Ask the server for `path`, with `data` sent as JSON; returns the JSON of its answer, or None if empty."""
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def stop(self) -> None:
        """End the kernels, then the server itself: politely first, by force if it does not listen."""
        if self.process.poll() is None:
            self.end_kernels()
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def end_kernels(self) -> None:
        """End every kernel that runs, so that no page finds the variables of another test."""
        try:
            for kernel in self.request("/api/kernels"):
                self.request(f"/api/kernels/{kernel['id']}", "DELETE")
        except OSError:  # the server is not up, or a kernel ended by itself
            pass

    def __enter__(self) -> "Server":
        """Use the server in a `with` statement."""
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop the server at the end of the `with` statement."""
        self.stop()


def private_environment(folder: Path, **extra: str) -> dict[str, str]:
    """Environment in which Jupyter and matplotlib keep everything below `folder` and see no settings of the user."""
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "MPLCONFIGDIR": "matplotlib",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTEST"))}
    return kept | {name: str(folder / place) for name, place in places.items()} | extra


class JupyterLab(Server):
    """A private JupyterLab on a free loopback port, rooted at `folder / "work"`, without a token.

    `folder` must be new: configuration, settings, workspaces and IPython's profile are kept there too.
    Put a notebook into `self.work` and open it with `NotebookPage`.
    """

    def __init__(self, folder: Path):
        """Write the settings and start the server."""
        self.work = folder / "work"
        self.work.mkdir(parents=True)
        for plugin, values in SETTINGS.items():
            file = folder / "settings" / f"{plugin}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values))
        port = free_port()
        options = {
            "ServerApp.port": port,
            "ServerApp.port_retries": 0,
            "ServerApp.ip": "127.0.0.1",
            "IdentityProvider.token": "",
            "ServerApp.disable_check_xsrf": True,
            "ServerApp.root_dir": self.work,
            "LabApp.expose_app_in_browser": True,
            "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
            "LabApp.news_url": "None",
            "LabApp.extension_manager": "readonly",
        }
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += [f"--{name}={value}" for name, value in options.items()]
        super().__init__(command, port, folder, private_environment(folder))

    def change_setting(self, plugin: str, values: dict[str, Any]) -> None:
        """Set a JupyterLab setting for the pages opened from now on, e.g. "@jupyterlab/apputils-extension:themes"."""
        self.request(f"/lab/api/settings/{quote(plugin, safe='@/')}", "PUT", {"raw": json.dumps(values)})
