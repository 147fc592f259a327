"""Lets the fleet ask the emulator's policies, so that ECS, ELB and Application Auto Scaling have the same ones as all other services."""

import base64
import contextvars
import json
from urllib.parse import parse_qs

import rights_asked
from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import set_request_account_id, set_request_region
from ministack.core.router import extract_access_key_id, extract_region



def answering(inner):
    """
    The same ASGI application. At /_sluice/authorise it says whether a signed request that the fleet got is allowed, at /_sluice/refusals
    which requests were refused so far.
    """

    async def answer(scope, receive, send):
        path = scope["path"] if scope["type"] == "http" else ""
        if path == "/_sluice/authorise":
            asked = json.loads(await _read(receive))
            # The request in question is not the one that asks.
            said = {"refusal": contextvars.copy_context().run(_refusal, asked)}
        elif path == "/_sluice/refusals":
            said = rights_asked.refusals
        else:
            await inner(scope, receive, send)
            return
        body = json.dumps(said).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return answer


async def _read(receive):
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return body


def _refusal(asked):
    """Checks signature and rights as the emulator does for a request of its own; `None` where it is allowed."""
    path, _, query = asked["url"].partition("?")
    query_params = parse_qs(query, keep_blank_values=True)
    headers = {name.lower(): value for name, value in asked["headers"]}
    access_key = extract_access_key_id(headers, query_params)
    if access_key:
        set_request_account_id(app._request_account_scope(access_key))
    region = extract_region(headers, query_params)
    set_request_region(region)
    iam_evaluator.pin_request_origin("127.0.0.1", True)
    raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in asked["headers"]]
    iam_evaluator.pin_signed_request(asked["method"], path, query_params, raw_headers)
    iam_evaluator.pin_signed_body(base64.b64decode(asked["body"]))
    service = asked["service"]
    for right in asked["rights"]:
        action, resource = right["action"], right["resource"]
        denied = iam_evaluator.enforce(access_key, action, service, region, resource, right.get("context"))
        if isinstance(denied, iam_evaluator.AuthError):
            code, status, message = iam_actions._auth_failure(service, denied.code, denied.message, headers)
            return {"code": code, "status": status, "message": message}
        if denied:
            message = iam_actions.identity_denial_message(action, denied.principal_arn, resource, denied.decision == "Deny")
            # The query protocol's code, and the one of the JSON protocols.
            if service in iam_actions._SERVICE_PROTOCOL:
                return {"code": "AccessDenied", "status": 403, "message": message}
            return {"code": "AccessDeniedException", "status": 400, "message": message}
    return None
