"""The paths of files and batches."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import HTTP
from typing import cast

from aiohttp import web

from vqva_crawl.clients.fake_model.batch import Batches


def fields(content_type: str, body: bytes) -> dict[str, tuple[str, bytes]]:
    """The fields of a multipart form: (file name, content) by name."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    parts = message_from_bytes(head + body, policy=HTTP).iter_parts()
    return {
        str(part.get_param("name", header="Content-Disposition")): (
            part.get_filename() or "",
            cast(bytes, part.get_payload(decode=True)),
        )
        for part in parts
    }


def add_batch_routes(app: web.Application, batches: Batches) -> None:
    """Lets the app answer for these batches; unknown ids are HTTPNotFound."""

    async def upload(http: web.Request) -> web.Response:
        form = fields(http.headers["Content-Type"], await http.read())
        if not {"file", "purpose"} <= form.keys():
            raise web.HTTPBadRequest(reason="a form with 'file' and 'purpose' is wanted")
        (name, body), (_, purpose) = form["file"], form["purpose"]
        return web.json_response(batches.upload(body, name, purpose.decode()))

    async def about(http: web.Request) -> web.Response:
        return web.json_response(batches.about(_id(http, batches.files)))

    async def content(http: web.Request) -> web.Response:
        return web.Response(body=batches.files[_id(http, batches.files)])

    async def create(http: web.Request) -> web.Response:
        match await http.json():
            case {"input_file_id": str(file), "endpoint": str()} as asked if file in batches.files:
                return web.json_response(batches.create(asked))
        raise web.HTTPBadRequest(reason="'input_file_id' of a known file and 'endpoint' are wanted")

    async def retrieve(http: web.Request) -> web.Response:
        return web.json_response(batches.retrieve(_id(http, batches.batches)))

    app.router.add_post("/v1/files", upload)
    app.router.add_get("/v1/files/{id}", about)
    app.router.add_get("/v1/files/{id}/content", content)
    app.router.add_post("/v1/batches", create)
    app.router.add_get("/v1/batches/{id}", retrieve)


def _id(http: web.Request, known: object) -> str:
    name = http.match_info["id"]
    if isinstance(known, dict) and name in known:
        return name
    raise web.HTTPNotFound
