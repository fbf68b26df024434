"""A real browser, and cards of every kind for it to show."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium; the tests that need one are skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    with playwright.sync_playwright() as driver:
        try:
            # Tests may run as root in a container, where Chromium's own sandbox cannot be set up.
            opened = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except playwright.Error as error:
            pytest.skip(f"no Chromium can be started: {str(error).splitlines()[0]}")
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Opens HTML as a file, with `harm` noting every dialog, request and error, and `refused` why requests failed."""
    contexts = []

    def open_html(html: str, **options: Any) -> Any:
        path = tmp_path / f"page-{len(contexts)}.html"
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.harm = []
        page.on("dialog", lambda dialog: (page.harm.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: page.harm.append(f"error {error}"))
        page.on("console", lambda message: page.harm.append(f"console {message.text}"))
        page.on(
            "request",
            lambda request: (
                None if request.url == path.as_uri() else page.harm.append(f"request {request.url}")
            ),
        )
        page.refused = []
        page.on("requestfailed", lambda request: page.refused.append(request.failure))
        page.goto(path.as_uri())
        return page

    yield open_html
    for context in contexts:
        context.close()
