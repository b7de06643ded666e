"""A made-up outlet, its report in every form, and the system's Chromium to open it in."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NOW, Desk

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The outlet of `servicedesk demo`; nobody writes to it."""
    outlet = Desk(tmp_path_factory.mktemp("demo") / "demo.db")
    outlet.do("demo", now=NOW)
    return outlet


@pytest.fixture(scope="session")
def october(demo: Desk, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Its October as a page, by language."""
    folder = tmp_path_factory.mktemp("october")
    for language in ("en", "zh"):
        output = str(folder / f"{language}.html")
        demo.do("report", "monthly", "--month", "2026-10", "--output", output, "--language", language)
    return {language: folder / f"{language}.html" for language in ("en", "zh")}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser; without one these tests are left out, but never where changes are judged."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("there is no chromium on the path")
        pytest.skip("there is no chromium on the path: apt-get install chromium fonts-noto-cjk")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Opened:
    """A page in the browser, with everything it asked for and said."""

    def __init__(self, chromium: Any, path: Path, width: int = 1100) -> None:
        self.requests: list[str] = []
        self.said: list[str] = []
        self.tab = chromium.new_page(viewport={"width": width, "height": 1400})
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.tab.on("console", lambda message: self.said.append(message.text))
        self.tab.on("pageerror", lambda error: self.said.append(str(error)))
        self.tab.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.address = path.as_uri()
        self.tab.goto(self.address)

    def run(self, script: str, argument: Any = None) -> Any:
        """What a script in the page gives back: the test's own, the page has none."""
        return self.tab.evaluate(script, argument)


@pytest.fixture
def opened(chromium: Any) -> Iterator[Any]:
    """Open a page; it is closed at the end."""
    tabs: list[Any] = []

    def open_(path: Path, width: int = 1100) -> Opened:
        page = Opened(chromium, path, width)
        tabs.append(page.tab)
        return page

    yield open_
    for tab in tabs:
        tab.close()
