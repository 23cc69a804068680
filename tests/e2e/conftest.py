"""Gets a real Chromium ready, or says why there is none."""

import os
from collections.abc import AsyncIterator

import flet as ft
import pytest
from playwright.async_api import Browser

from tests.support.browser import chromium, why_no_browser

# Flet loads its modules late, and ships a pytest plug-in that makes pytest rewrite each of them:
# deep in a test that overruns the parser. So all are loaded here, where the stack is shallow.
for _name in dir(ft):
    getattr(ft, _name)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A Chromium without a screen. Where there is none the story is skipped, but never by CI."""
    why = why_no_browser()
    if why and os.environ.get("CI") == "true":
        pytest.fail(why)
    if why:
        pytest.skip(why)
    async with chromium() as browser:
        yield browser
