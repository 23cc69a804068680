"""Serves the page itself from this device alone: small, cached, shut to everywhere else."""

import asyncio
import gzip
import logging
import mimetypes
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

import flet_web
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from hub_app.ui.fonts import font_for

log = logging.getLogger(__name__)

# `no_cdn` is not enough: one library still goes to its makers. A browser obeys this instead.
# Flutter needs inline script, WebAssembly and workers made from blobs.
_RULES = (
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:",
    "style-src 'self' 'unsafe-inline'",
    "connect-src 'self' data: blob:",
    "img-src 'self' data: blob:",
    "media-src 'self' data: blob:",
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'self'",
    "form-action 'none'",
    "object-src 'none'",
)
POLICY = "; ".join(_RULES)
SHUT = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_TYPES = {
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".otf": "font/otf",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_ALWAYS_ASK = "no-cache"  # ask whether it changed; the answer is 304 and nothing
_FOR_EVER = "public, max-age=31536000, immutable"
_SQUEEZED = (".js", ".mjs", ".wasm", ".otf", ".json")
_FROM_BYTES = 50_000
_FORBIDDEN = frozenset("\\:\0")  # on Windows a colon begins another drive
_WEB = Path(flet_web.get_package_web_dir())


class Shelf:
    """An ASGI app that gives the page's files: ours first, then those Flet brings along.

    What looks like a place in the app, with no dot in its name, is given the page itself. `cache`
    is a folder of its own, as anybody may empty it: a `ValueError` where it is the current one.
    """

    def __init__(self, assets: Path, cache: Path) -> None:
        if cache.resolve() == Path.cwd():
            raise ValueError(f"{cache} cannot be the cache: it is the current folder.")
        self._fonts = assets / "fonts"
        self._roots: Sequence[Path] = (assets / "web", _WEB)
        self._icons = assets / "icons"
        self._cache = cache
        self._squeezed: dict[Path, Path] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; of lines to a page there are none here."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
            return
        await self._answer(scope)(scope, receive, send)

    async def squeeze(self) -> None:
        """Compress the big files once, beside the app's data; until then they go as they are."""
        try:
            self._cache.mkdir(parents=True, exist_ok=True)
            for path in tuple(self._big_files()):
                self._squeezed[path] = await asyncio.to_thread(_squeeze, path, self._cache)
        except OSError as fault:  # a full disk: the page still loads, only bigger
            log.warning("could not compress the page's files: %s", fault)

    def find(self, path: str) -> Path | None:
        """Give the file for a path of the page, or None. Never one outside our folders."""
        parts = PurePosixPath(path.lstrip("/")).parts
        if any(part == ".." or not _FORBIDDEN.isdisjoint(part) for part in parts):
            return None
        match parts:
            case ("assets", "fonts", family, _, *_):
                return font_for(self._fonts, family)
            case ("assets", "fonts", name) if (self._fonts / name).suffix == ".woff2":
                return _first_file([self._fonts / name, _WEB.joinpath(*parts)])
            case ("icons", name):
                return _first_file([self._icons / name])
            case _:
                pass
        found = _first_file([root.joinpath(*parts) for root in self._roots])
        if found is None and "." not in (parts[-1] if parts else ""):
            return _first_file([root / "index.html" for root in self._roots])
        return found

    def _answer(self, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return Response(status_code=405)
        path = self.find(scope["path"])
        if path is None:
            return Response(status_code=404)
        asked = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        tag = f'"{_tag(path)}"'
        headers = {"ETag": tag, "Cache-Control": _keep(path), "Vary": "Accept-Encoding"}
        if tag in asked.get("if-none-match", "").replace("W/", ""):
            return Response(status_code=304, headers=headers)
        kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
        small = self._squeezed.get(path)
        if small is not None and "gzip" in asked.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            path = small
        return FileResponse(path, media_type=kind, headers=headers)

    def _big_files(self) -> Iterator[Path]:
        for path in sorted(_WEB.rglob("*")):
            if path.suffix in _SQUEEZED and path.stat().st_size > _FROM_BYTES:
                yield path


def _first_file(paths: Sequence[Path]) -> Path | None:
    return next((path for path in paths if path.is_file()), None)


def _keep(path: Path) -> str:
    return _FOR_EVER if path.suffix == ".woff2" else _ALWAYS_ASK


def _tag(path: Path) -> str:
    stat = path.stat()
    return f"{stat.st_mtime_ns:x}-{stat.st_size:x}"


def _squeeze(path: Path, cache: Path) -> Path:
    small = cache / f"{path.name}-{_tag(path)}.gz"
    if not small.exists():
        made = small.with_suffix(".part")
        made.write_bytes(gzip.compress(path.read_bytes(), 6))
        made.replace(small)
    return small
