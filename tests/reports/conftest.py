"""A made-up outlet, its report in every form, and the system's Chromium to open it in."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def demo(made_up: Callable[..., Desk], tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The outlet of `servicedesk demo` with a hundred repairs in a month; nobody writes to it."""
    return made_up(12, tmp_path_factory.mktemp("demo") / "demo.db", "--reports-a-day", "4.5")


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

    def look(self, width: int = 1100, media: str = "screen") -> None:
        """Go back to its beginning, on a window of that width or on paper."""
        self.tab.set_viewport_size({"width": width, "height": 1400})
        self.tab.emulate_media(media=media)
        self.run("() => { location.hash = '' }")

    def run(self, script: str, argument: Any = None) -> Any:
        """What a script in the page gives back: the test's own, the page has none."""
        return self.tab.evaluate(script, argument)


@pytest.fixture(scope="session")
def october_opened(october: dict[str, Path], chromium: Any) -> dict[str, Opened]:
    """The October pages in the browser: such a long page takes most of a test to open."""
    return {language: Opened(chromium, path) for language, path in october.items()}


@pytest.fixture
def pages(october_opened: dict[str, Opened]) -> dict[str, Opened]:
    """The October page by language, as it looks when it was just opened."""
    for page in october_opened.values():
        page.look()
    return october_opened


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
