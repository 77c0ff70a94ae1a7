"""A real Chromium, headless, operated over the pipe of its DevTools protocol: no library and no driver is needed.

    with Browser() as browser:
        tab = browser.open(file.as_uri(), width=390, height=844, phone=True)
        tab.run("document.title")
        tab.picture(Path("page.png")); tab.pdf(Path("page.pdf"))

A tab keeps what went wrong in it: `tab.faults` are messages of the console, exceptions and broken policies; `tab.asked`
are the addresses that it asked for, its own first.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections import deque
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
SECONDS = 30.0


def chromium() -> str | None:
    """The program; None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """A running browser with a profile of its own."""

    def __init__(self) -> None:
        self._home = tempfile.mkdtemp(prefix="qcap-chromium-")
        (to_browser, self._to), (self._from, from_browser) = os.pipe(), os.pipe()

        def as_3_and_4() -> None:
            first, second = os.dup(to_browser), os.dup(from_browser)
            os.dup2(first, 3)
            os.dup2(second, 4)

        command = [str(chromium()), "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
                   "--disable-dev-shm-usage", "--remote-debugging-pipe", f"--user-data-dir={self._home}"]  # fmt: skip
        self._process = subprocess.Popen(
            command, preexec_fn=as_3_and_4, close_fds=False,  # noqa: PLW1509  the only way to fixed numbers
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_browser)
        os.close(from_browser)
        self._buffer = b""
        self._number = 0
        self.events: deque[dict[str, Any]] = deque()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.send("Browser.close")
            self._process.wait(10)
        except Exception:  # whatever became of it, it must not stay
            self._process.kill()
            self._process.wait()
        os.close(self._to)
        os.close(self._from)
        shutil.rmtree(self._home, ignore_errors=True)

    def send(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """Call a method and return its result; events meanwhile are kept."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        number = self._number
        while True:
            answer = self._read()
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return dict(answer["result"])
            self.events.append(answer)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            part = os.read(self._from, 1 << 20)
            assert part, "the browser has ended"
            self._buffer += part
        text, _, self._buffer = self._buffer.partition(b"\0")
        return dict(json.loads(text))

    def open(
        self, address: str, *, width: int = 1280, height: int = 900, phone: bool = False, scripts: bool = True
    ) -> Tab:
        """A tab that has loaded an address."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = Tab(self, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            tab.send(f"{domain}.enable")
        tab.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
        if not scripts:
            tab.send("Emulation.setScriptExecutionDisabled", value=True)
        tab.send("Page.bringToFront")  # a page behind another draws no frames
        tab.send("Page.navigate", url=address)
        tab.wait_for_event("Page.loadEventFired")
        return tab


class Tab:
    """A page in the browser."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser, self._session = browser, session
        self._seen: list[dict[str, Any]] = []

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.send(method, self._session, **parameters)

    def _collect(self) -> list[dict[str, Any]]:
        events = self._browser.events
        while events:
            self._seen.append(events.popleft())
        return [event for event in self._seen if event.get("sessionId") == self._session]

    def wait_for_event(self, name: str) -> None:
        ends = time.monotonic() + SECONDS
        while not any(event["method"] == name for event in self._collect()):
            assert time.monotonic() < ends, name
            self.send("Runtime.evaluate", expression="0")
            time.sleep(0.02)

    def run(self, script: str) -> Any:
        """The value of an expression; a promise is waited for."""
        found = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found.get("exceptionDetails")
        return found["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """A key, down and up; `code`: its Windows virtual key code."""
        text = {"text": "\r"} if key == "Enter" else {}
        for kind, more in (("keyDown", text), ("keyUp", {})):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **more)

    @property
    def faults(self) -> list[str]:
        """Messages of the console, exceptions, broken policies."""
        found = []
        for event in self._collect():
            told = event.get("params", {})
            if event["method"] in ("Runtime.exceptionThrown", "Log.entryAdded"):
                found.append(json.dumps(told)[:400])
            elif event["method"] == "Runtime.consoleAPICalled":
                found.append(json.dumps(told.get("args"))[:400])
        return found

    @property
    def asked(self) -> list[str]:
        """Addresses that were asked for."""
        return [
            str(event["params"]["request"]["url"])
            for event in self._collect()
            if event["method"] == "Network.requestWillBeSent"
        ]

    def picture(self, file: Path, *, whole: bool = True) -> None:
        """The page as PNG, all of it or what is seen."""
        found = self.send(
            "Page.captureScreenshot", format="png", captureBeyondViewport=whole, **(self._clip() if whole else {})
        )
        file.write_bytes(base64.b64decode(found["data"]))

    def _clip(self) -> dict[str, Any]:
        size = self.send("Page.getLayoutMetrics")["cssContentSize"]
        return {"clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}}

    def pdf(self, file: Path) -> None:
        """The page as it is printed."""
        found = self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        file.write_bytes(base64.b64decode(found["data"]))
