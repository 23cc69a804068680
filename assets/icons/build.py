"""Draws the icons of fixed size from hub.svg; run by hand, with a Chromium and playwright."""

import os
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def main() -> None:
    """Write hub-192.png and hub-512.png."""
    picture = (HERE / "hub.svg").read_text()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for size in (192, 512):
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(
                f"<style>body{{margin:0}}svg{{width:100vw;display:block}}</style>{picture}"
            )
            page.screenshot(path=HERE / f"hub-{size}.png", omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
