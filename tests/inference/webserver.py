"""A web server on the loopback interface that misbehaves as it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Page:
    """What is served at a path.

    `ranges`: whether parts can be asked for. `cuts`: for each of the first requests, after how many bytes of
    its body the connection is cut. `status` other than 200 is answered with an error page. `hold` is called
    after the first half of the body was sent. `announce`: whether its length is told beforehand.
    """

    data: bytes = b""
    ranges: bool = True
    cuts: list[int] = field(default_factory=list)
    status: int = 200
    location: str = ""
    hold: Callable[[], object] | None = None
    announce: bool = True


class Server:
    """`pages` by path; `asked` are the requests so far as (path, Range header or "")."""

    def __init__(self, pages: dict[str, Page], port: int) -> None:
        self.pages, self.asked = pages, list[tuple[str, str]]()
        self.address = f"http://127.0.0.1:{port}"

    def url(self, path: str) -> str:
        return f"{self.address}{path}"


@contextmanager
def serving(**pages: Page) -> Iterator[Server]:
    """Serve each page at `/NAME.onnx`; with "__" in its name, which stands for a dot, without the suffix."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = self.headers.get("Range", "")
            server.asked.append((self.path, asked))
            page = server.pages.get(self.path)
            if page is None or page.status >= 400:
                self.send_error(404 if page is None else page.status)
            elif page.location:
                self.send_response(302)
                self.send_header("Location", page.location)
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self._send(page, asked)

        def _send(self, page: Page, asked: str) -> None:
            start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and page.ranges else 0
            if start >= len(page.data) > 0:
                self.send_error(416)
                return
            body, total = page.data[start:], len(page.data)
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
            if page.announce:
                self.send_header("Content-Length", str(len(body)))
            else:
                self.send_header("Connection", "close")
            self.end_headers()
            cut = page.cuts.pop(0) if page.cuts else None
            if cut is not None:
                self.wfile.write(body[:cut])
                self.close_connection = True
                return
            half = len(body) // 2
            self.wfile.write(body[:half])
            if page.hold is not None:
                self.wfile.flush()
                page.hold()
            self.wfile.write(body[half:])
            self.close_connection = not page.announce

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        paths = {f"/{name.replace('__', '.')}": page for name, page in pages.items()}
        server = Server({p if "." in p else f"{p}.onnx": page for p, page in paths.items()}, http.server_port)
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join(5)
