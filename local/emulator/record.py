"""Keeps every request that the emulator gets, as a line of JSON in the file that SLUICE_RECORDED_REQUESTS names."""

import base64
import json
import threading

writing = threading.Lock()


def recording(app, file):
    """The same ASGI application; a request is written down once its body has been read."""

    async def recorded(scope, receive, send):
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        body = []

        async def receive_and_keep():
            message = await receive()
            if message["type"] == "http.request":
                body.append(message.get("body", b""))
                if not message.get("more_body", False):
                    write(scope, b"".join(body))
            return message

        await app(scope, receive_and_keep, send)

    def write(scope, body):
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        line = {
            "method": scope["method"],
            "path": (scope.get("raw_path") or scope["path"].encode()).decode("latin-1"),
            "query": scope.get("query_string", b"").decode("latin-1"),
            "headers": headers,
            "body": base64.b64encode(body).decode(),
        }
        with writing, open(file, "a") as kept:
            kept.write(json.dumps(line) + "\n")

    return recorded
