"""DynamoDB answers every call with an error of its own up to the moment that a file names, whoever calls: a function or a machine."""

import os
import time

from ministack.core import persistence
from ministack.services import dynamodb, stepfunctions

SAID = "The table refuses every call."
UNTIL = os.path.join(persistence.STATE_DIR, "table-refuses-until")


def refuses():
    try:
        with open(UNTIL) as file:
            return time.time() < float(file.read())
    except (OSError, ValueError):
        return False


def install():
    for module, name in ((dynamodb, "handle_request"), (stepfunctions, "_invoke_dynamodb"), (stepfunctions, "_ExecutionError")):
        if not hasattr(module, name):
            raise SystemExit(f"this version of the emulator has no {name}: adapt local/emulator/table_refusal.py to it")
    answer_requests, answer_machines = dynamodb.handle_request, stepfunctions._invoke_dynamodb

    async def handle_request(*args, **kwargs):
        if not refuses():
            return await answer_requests(*args, **kwargs)
        body = b'{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"' + SAID.encode() + b'"}'
        return 500, {"Content-Type": "application/x-amz-json-1.0"}, body

    def invoke_dynamodb(operation, given):
        if refuses():
            raise stepfunctions._ExecutionError("DynamoDB.InternalServerError", SAID)
        return answer_machines(operation, given)

    dynamodb.handle_request, stepfunctions._invoke_dynamodb = handle_request, invoke_dynamodb
