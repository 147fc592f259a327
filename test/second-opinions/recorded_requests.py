"""Holds recorded requests against botocore's service models: does the operation exist, is each member known, present where required, and valid?

Usage: recorded_requests.py FILE. Prints {"requests", "operations": {name: count}, "problems": {text: count}, "unknown": {text: count}} as JSON.
`unknown` are requests that no model could be found for.
"""

import base64
import collections
import json
import re
import sys
import urllib.parse

import botocore.session
from botocore.model import ListShape
from botocore.parsers import RpcV2CBORParser
from botocore.validate import ParamValidator
from moto.core.parse import JSONParser, QueryParser, RestJSONParser, RestXMLParser
from werkzeug.datastructures import Headers, MultiDict

# moto's own model of a list has this; botocore's does not.
ListShape.is_flattened = property(lambda shape: bool(shape.serialization.get("flattened")))

PARSERS = {"json": JSONParser, "query": QueryParser, "rest-json": RestJSONParser, "rest-xml": RestXMLParser}

session = botocore.session.get_session()
# Services by the name that a request is signed for, where that is not botocore's.
SIGNED_AS = {
    "elasticloadbalancing": "elbv2",
    "states": "stepfunctions",
    "monitoring": "cloudwatch",
    "ses": "sesv2",
}
SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request")
models = {}


def model_of(name):
    if name not in models:
        models[name] = session.get_service_model(SIGNED_AS.get(name, name))
    return models[name]


def service_of(request):
    """The service that a request is signed for; None where it is not signed, like a page that a person opens."""
    signed = SCOPE.search(request["headers"].get("authorization", ""))
    return signed and signed.group(1)


def operation_of(service, request):
    """Name of the operation, and the parameters that its path has."""
    headers = request["headers"]
    if "x-amz-target" in headers:
        return headers["x-amz-target"].split(".")[-1], {}
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        return request["path"].split("/")[-1], {}
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return urllib.parse.parse_qs(request["body"].decode())["Action"][0], {}
    return rest_operation_of(service, request)


def rest_operation_of(service, request):
    query = dict(urllib.parse.parse_qsl(request["query"], keep_blank_values=True))
    found = []
    for name in service.operation_names:
        http = service.operation_model(name).http
        path, _, fixed = http["requestUri"].partition("?")
        pattern = re.sub(r"\\\{(\w+)(\\\+)?\\\}", lambda m: f"(?P<{m[1]}>{'.+' if m[2] else '[^/]+'})", re.escape(path))
        matched = re.fullmatch(pattern + "/?", request["path"])
        wanted = dict(urllib.parse.parse_qsl(fixed, keep_blank_values=True))
        # What tells apart operations of one path: for S3 the sub-resource, and headers that only one of them takes.
        if http["method"] == request["method"] and matched and all(query.get(key) == value for key, value in wanted.items()):
            located = [s.serialization for s in service.operation_model(name).input_shape.members.values() if "location" in s.serialization]
            queries = {s["name"] for s in located if s["location"] == "querystring"} | set(wanted) | {"x-id"}
            required = [
                service.operation_model(name).input_shape.members[member].serialization
                for member in service.operation_model(name).input_shape.required_members
            ]
            there = all(s.get("location") != "querystring" or s["name"] in query for s in required)
            headed = all(s.get("location") != "header" or s["name"].lower() in request["headers"] for s in required)
            if set(query) <= queries and there and headed:
                found.append((len(wanted), matched.groupdict(), name))
    if not found:
        raise LookupError(f"no operation for {request['method']} {request['path']}?{request['query']}")
    if query.get("x-id") in [name for _, _, name in found]:
        return next((name, parts) for _, parts, name in found if name == query["x-id"])
    _, parts, name = max(found, key=lambda one: (one[0], -len(one[2])))
    return name, parts


class Cbor(RpcV2CBORParser):
    def read(self, body):
        return self.parse_data_item(self.get_peekable_stream_from_bytes(body))


def given(service, operation, parts, request):
    """The members that a request has, as botocore would be called with them; raw JSON is compared member by member, too."""
    shape = operation.input_shape
    headers = request["headers"]
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        raw = Cbor().read(request["body"]) if request["body"] else {}
        return raw, unknown_members(shape, raw, by_name=False)
    if "x-amz-target" in headers:
        raw = json.loads(request["body"] or b"{}")
        return parsed(service, operation, parts, request, "json"), unknown_members(shape, raw)
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        members = parsed(service, operation, parts, request, "query")
        sent = set(urllib.parse.parse_qs(request["body"].decode(), keep_blank_values=True)) - {"Action", "Version"}
        kept = set(query_names(shape, members))
        return members, [f"{name} is no parameter" for name in sorted(sent - kept)]
    raw = json.loads(request["body"]) if request["body"] and service.protocol == "rest-json" and "payload" not in shape.serialization else {}
    body = {name for name, member in shape.members.items() if "location" not in member.serialization}
    located = {shape.members[name].serialization.get("name", name) for name in body}
    strays = [f"{name} is no member" for name in raw if name not in located]
    return parsed(service, operation, parts, request, service.protocol), strays


def parsed(service, operation, parts, request, protocol):
    values = MultiDict(urllib.parse.parse_qsl(request["query"], keep_blank_values=True))
    if protocol == "query":
        values = MultiDict(urllib.parse.parse_qsl(request["body"].decode(), keep_blank_values=True))
    parser = PARSERS[protocol](operation)
    return parser.parse(
        {
            "body": request["body"] if protocol == "rest-xml" else request["body"].decode("utf-8", "replace"),
            "headers": Headers(request["headers"]),
            "method": request["method"],
            "url_params": {name: urllib.parse.unquote(part) for name, part in parts.items()},
            "url_path": request["path"],
            "values": values,
        }
    )


def query_names(shape, value, prefix=""):
    """Names that the query protocol has for a value: what it leaves over of a request, the model does not know."""
    if shape.type_name == "structure":
        for name, inner in (value or {}).items():
            member = shape.members[name]
            yield from query_names(member, inner, f"{prefix}.{member.serialization.get('name', name)}".lstrip("."))
    elif shape.type_name == "list":
        if value == []:
            yield prefix
        for index, inner in enumerate(value, 1):
            own = prefix if shape.serialization.get("flattened") else f"{prefix}.{shape.member.serialization.get('name', 'member')}"
            yield from query_names(shape.member, inner, f"{own}.{index}")
    elif shape.type_name == "map":
        for index, (key, inner) in enumerate(value.items(), 1):
            entry = f"{prefix}.{index}" if shape.serialization.get("flattened") else f"{prefix}.entry.{index}"
            yield f"{entry}.{shape.key.serialization.get('name', 'key')}"
            yield from query_names(shape.value, inner, f"{entry}.{shape.value.serialization.get('name', 'value')}")
    else:
        yield prefix


def unknown_members(shape, value, where="", by_name=True):
    if shape.type_name == "structure" and isinstance(value, dict):
        names = {member.serialization.get("name", name) if by_name else name: member for name, member in shape.members.items()}
        for name, inner in value.items():
            if name in names:
                yield from unknown_members(names[name], inner, f"{where}.{name}", by_name)
            else:
                yield f"{where}.{name} is no member"
    elif shape.type_name == "list" and isinstance(value, list):
        for inner in value:
            yield from unknown_members(shape.member, inner, f"{where}[]", by_name)
    elif shape.type_name == "map" and isinstance(value, dict):
        for inner in value.values():
            yield from unknown_members(shape.value, inner, f"{where}{{}}", by_name)


def strict(shape, value, where=""):
    """Enumerations, lengths and patterns, which botocore leaves to the service."""
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, inner in value.items():
            if name in shape.members:
                yield from strict(shape.members[name], inner, f"{where}.{name}")
    elif shape.type_name == "list" and isinstance(value, (list, tuple)):
        yield from bounds(shape, len(value), where)
        for inner in value:
            yield from strict(shape.member, inner, f"{where}[]")
    elif shape.type_name == "map" and isinstance(value, dict):
        for key, inner in value.items():
            yield from strict(shape.key, key, f"{where}{{key}}")
            yield from strict(shape.value, inner, f"{where}{{}}")
    elif shape.type_name == "string" and isinstance(value, str):
        enumeration = shape.metadata.get("enum")
        if enumeration and value not in enumeration:
            yield f"{where}: {value!r} is none of {', '.join(enumeration)}"
        yield from bounds(shape, len(value), where)
        pattern = shape.metadata.get("pattern")
        if pattern and not matches(pattern, value):
            yield f"{where}: {value[:80]!r} does not match {pattern}"
    elif shape.type_name in ("integer", "long") and isinstance(value, int):
        yield from bounds(shape, value, where)


def bounds(shape, size, where):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield f"{where}: {size} is less than {least}"
    if most is not None and size > most:
        yield f"{where}: {size} is more than {most}"


def matches(pattern, value):
    try:
        # Java's patterns: the classes that Python spells otherwise.
        return re.search(pattern.replace(r"\p{L}", r"\w").replace(r"\p{Z}", r"\s").replace(r"\p{N}", r"\d"), value) is not None
    except re.error:
        return True


def main(file):
    operations, problems, unknown = collections.Counter(), collections.Counter(), collections.Counter()
    seen = 0
    with open(file) as lines:
        for line in lines:
            request = json.loads(line)
            request["headers"] = {name.lower(): value for name, value in request["headers"].items()}
            request["body"] = base64.b64decode(request["body"])
            name = service_of(request)
            if name is None or name == "execute-api":
                continue
            seen += 1
            try:
                service = model_of(name)
                operation_name, parts = operation_of(service, request)
                operation = service.operation_model(operation_name)
            except Exception as error:
                unknown[f"{name}: {error}"] += 1
                continue
            full = f"{service.service_name}:{operation_name}"
            operations[full] += 1
            if operation.input_shape is None:
                continue
            try:
                members, strays = given(service, operation, parts, request)
                found = list(strays) + list(strict(operation.input_shape, members))
                report = ParamValidator().validate(members, operation.input_shape)
                if report.has_errors():
                    found.append(report.generate_report())
            except Exception as error:
                found = [f"it could not be read: {type(error).__name__}: {error}"]
            for problem in found:
                problems[f"{full} {problem}"] += 1
    print(json.dumps({"requests": seen, "operations": operations, "problems": problems, "unknown": unknown}))


main(sys.argv[1])
