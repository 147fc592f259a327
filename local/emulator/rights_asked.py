"""Corrects what the emulator asks its policies for a request, where AWS asks something else.

Resources and condition keys are those of the Service Authorization Reference. Each correction is listed in docs/aws-differences.md and
held by test/emulator/rights-asked.test.ts. No correction allows what AWS refuses: a role that lacks a right here lacks it on AWS.
"""

import contextvars
import functools
import json
import re

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import dynamodb

# Rights that a request needs besides the one that the emulator asks for: (action, resource, context).
_further = contextvars.ContextVar("sluice_further_rights", default=())
# The right that was refused, where it is one of those.
_refused = contextvars.ContextVar("sluice_refused_right", default=None)

# Every refusal of a known caller since the start, for tests that hold that no role lacks a right.
refusals = []

# Calls that have no right of their own.
_SAME_RIGHT = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sns:PublishBatch": "sns:Publish",
}


def install():
    """From now on the emulator asks as AWS does."""
    for module, name in (
        (iam_actions, "extract_iam_action"),
        (iam_actions, "extract_resource_arn"),
        (iam_actions, "dynamodb_service_context"),
        (iam_actions, "request_tag_context"),
        (iam_actions, "access_denied_response"),
        (iam_evaluator, "enforce"),
        (iam_evaluator, "_resolve_condition_key"),
        (app, "pin_request_origin"),
        (dynamodb, "_tables"),
    ):
        if not hasattr(module, name):
            raise SystemExit(f"this version of the emulator has no {name}: adapt local/emulator/rights_asked.py to it")
    for module, name, wrapper in (
        (iam_actions, "extract_iam_action", _action),
        (iam_actions, "extract_resource_arn", _resource),
        (iam_actions, "dynamodb_service_context", _item_keys),
        (iam_actions, "request_tag_context", _event_keys),
        (iam_actions, "access_denied_response", _name_refused),
        (iam_evaluator, "enforce", _enforce_all),
        (iam_evaluator, "_resolve_condition_key", _condition_key),
        (app, "pin_request_origin", _secure),
    ):
        asked = getattr(module, name)
        setattr(module, name, functools.wraps(asked)(functools.partial(wrapper, asked)))


def _secure(pin, source_ip, _secure_transport):
    """The endpoint on this machine stands for AWS's, which is reached over TLS: policies deny the rest."""
    pin(source_ip, True)


def _condition_key(asked, key, *context):
    """`aws:PrincipalArn` of a session is the ARN of its role."""
    value = asked(key, *context)
    parts = value.split(":", 5) if key.lower() == "aws:principalarn" and isinstance(value, str) else []
    if len(parts) != 6 or parts[2] != "sts" or not parts[5].startswith("assumed-role/"):
        return value
    return f"arn:{parts[1]}:iam::{parts[4]}:role/{parts[5].split('/')[1]}"


def _action(asked, *request):
    action = asked(*request)
    return _SAME_RIGHT.get(action, action)


def _resource(asked, service, method, path, headers, body, query_params, region, account_id):
    _further.set(())
    _refused.set(None)
    arn = f"arn:aws:{service}:{region}:{account_id}"
    named = _NAMED.get(service)
    found = named(arn, path, headers, _document(body), query_params) if named else None
    if found:
        first, *others = found
        _further.set(tuple(others))
        return first[1]
    return asked(service, method, path, headers, body, query_params, region, account_id)


def _repositories(arn, _path, headers, data, _query):
    """Repositories are asked for by name; a list of all of them is asked for with `*`."""
    if _operation(headers) != "DescribeRepositories":
        return None
    return [("ecr:DescribeRepositories", f"{arn}:repository/{name}", {}) for name in data.get("repositoryNames") or ["*"]]


def _parameters(arn, _path, headers, data, _query):
    if _operation(headers) not in ("GetParameters", "DeleteParameters"):
        return None
    return [(f"ssm:{_operation(headers)}", f"{arn}:parameter/{name.lstrip('/')}", {}) for name in data.get("Names") or []]


def _log_streams(arn, _path, headers, data, _query):
    """A stream's events are the stream's, not its group's."""
    group, stream = data.get("logGroupName"), data.get("logStreamName")
    if _operation(headers) not in ("GetLogEvents", "PutLogEvents") or not group or not stream:
        return None
    return [(f"logs:{_operation(headers)}", f"{arn}:log-group:{group}:log-stream:{stream}", {})]


def _schedules(arn, path, _headers, data, query):
    """A schedule is of its group, and its maker passes a role to it."""
    parts = [part for part in path.split("/") if part]
    if parts[:1] != ["schedules"] or len(parts) < 2:
        return None
    group = data.get("GroupName") or "".join((query.get("groupName") or ["default"])[:1])
    role = (data.get("Target") or {}).get("RoleArn")
    passed = [("iam:PassRole", role, {"iam:PassedToService": "scheduler.amazonaws.com"})] if role else []
    return [("scheduler", f"{arn}:schedule/{group}/{parts[1]}", {}), *passed]


_NAMED = {"ecr": _repositories, "ssm": _parameters, "logs": _log_streams, "scheduler": _schedules}


def _item_keys(asked, body):
    """`dynamodb:LeadingKeys`: the partition keys of the items that a request names; `dynamodb:EnclosingOperation`: the transaction that they
    are in; `dynamodb:Attributes`: also what a write names."""
    data, context = _document(body), asked(body)
    enclosed = data.get("TransactItems") or []
    items = [part for item in enclosed for part in item.values()] or [data]
    keys = [key for item in items if (key := _partition_key(item)) is not None]
    if keys:
        context["dynamodb:LeadingKeys"] = keys
    if enclosed:
        reads = all("Get" in item for item in enclosed)
        context["dynamodb:EnclosingOperation"] = ["TransactGetItems" if reads else "TransactWriteItems"]
    written = sorted({name for item in items for name in _written(item)})
    if written:
        context["dynamodb:Attributes"] = [*context.get("dynamodb:Attributes", []), *written]
    return context


_KEYWORDS = {"SET", "ADD", "REMOVE", "DELETE", "AND", "OR", "NOT", "IN", "BETWEEN"}
_CALLS = re.compile(r"(attribute_\w+|begins_with|contains|size|if_not_exists|list_append)\s*\(")


def _written(item):
    """The attributes that a write names: those of its item and key, and those in its expressions."""
    if "Item" not in item and "UpdateExpression" not in item:
        return
    yield from item.get("Item") or item.get("Key") or {}
    names = item.get("ExpressionAttributeNames") or {}
    for part in ("UpdateExpression", "ConditionExpression"):
        for word in re.findall(r"(?<![:#.\w])#?[A-Za-z_]\w*", _CALLS.sub(" ", str(item.get(part, "")))):
            if word.upper() not in _KEYWORDS:
                yield names.get(word, word)


def _partition_key(item):
    table = dynamodb._tables.get(str(item.get("TableName", "")).rsplit("/", 1)[-1])
    name = next((key["AttributeName"] for key in (table or {}).get("KeySchema", []) if key["KeyType"] == "HASH"), None)
    if name is None:
        return None
    value = (item.get("Key") or item.get("Item") or {}).get(name)
    if value is None:
        value = _queried(item, name)
    return next(iter(value.values()), None) if isinstance(value, dict) else None


def _queried(item, name):
    """The value that a query's condition compares the partition key with."""
    names = item.get("ExpressionAttributeNames") or {}
    words = str(item.get("KeyConditionExpression", "")).replace("(", " ").replace(")", " ").replace("=", " = ").split()
    for left, operator, right in zip(words, words[1:], words[2:]):
        if operator == "=" and names.get(left, left) == name:
            return (item.get("ExpressionAttributeValues") or {}).get(right)
    return None


def _event_keys(asked, service, iam_action, body, params):
    """`events:source` and `events:detail-type` of the events that are put."""
    context = asked(service, iam_action, body, params)
    if iam_action != "events:PutEvents":
        return context
    entries = [entry for entry in _document(body).get("Entries") or [] if isinstance(entry, dict)]
    for key, field in (("events:source", "Source"), ("events:detail-type", "DetailType")):
        values = sorted({entry[field] for entry in entries if isinstance(entry.get(field), str)})
        if values:
            # Events that differ are no match for a condition on one value: AWS evaluates each by itself.
            context[key] = values[0] if len(values) == 1 else values
    return context


def _enforce_all(asked, access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
    rights = [(iam_action, resource_arn, service_context), *_further.get()]
    _further.set(())
    for action, resource, context in rights:
        denied = asked(access_key_id, action, service, region, resource, context)
        if denied:
            if isinstance(denied, iam_evaluator.EvalResult):
                refusals.append({"principal": denied.principal_arn, "action": action, "resource": resource})
            if action != iam_action:
                _refused.set((action, resource))
            return denied
    return None


def _name_refused(asked, service, action, principal_arn, request_id, **said):
    refused, _ = _refused.get(), _refused.set(None)
    if refused:
        action, said["resource_arn"] = refused
    return asked(service, action, principal_arn, request_id, **said)


def _operation(headers):
    return headers.get("x-amz-target", "").rsplit(".", 1)[-1]


def _document(body):
    try:
        data = json.loads(body or b"{}")
    except (ValueError, UnicodeDecodeError):
        return {}
    return data if isinstance(data, dict) else {}
