"""Says which requests the policies of a stack do not allow, by the policy evaluation of the local AWS, without starting it.

Reads one JSON document from stdin: `roles` (documents by role), `requests` (each with its role), `services` (requests of AWS services
with the documents of the resources that may allow them), and `removes`, false where no removal is asked for. Writes `denied`, and for every statement of a role what becomes of it once
it, one of its actions or one of its resources is taken away: `removals`.
"""

import json
import sys

from ministack.core import iam_evaluator as iam

ACCOUNT, REGION = "111122223333", "eu-west-1"


def context_of(request, principal):
    return iam.EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole",
        principal_account=ACCOUNT,
        action=request["action"],
        resource_arn=request["resource"],
        region=REGION,
        secure_transport=True,
        service_context={key.lower(): value for key, value in request.get("context", {}).items()},
    )


def allowed(request, statements, role):
    return iam.evaluate(context_of(request, role), [iam.parse_policy_document({"Statement": statements})]).decision == "Allow"


def service_allowed(asked, documents):
    statements = [one for document in documents for one in document["Statement"] if applies(one, asked["service"])]
    context = context_of(asked["request"], f"arn:aws:iam::{ACCOUNT}:root")
    # A trust policy names no resource: it stands on the role itself.
    parsed = iam.parse_policy_document({"Statement": [{"Resource": "*", **one} for one in statements]})
    return iam.evaluate(context, [parsed]).decision == "Allow"


def applies(statement, service):
    principal = statement.get("Principal")
    return principal == "*" or service in as_list(principal.get("Service", []))


def as_list(value):
    return value if isinstance(value, list) else [value]


def without(statement):
    """The statement in every smaller form, each with the name of what is gone."""
    actions, resources = as_list(statement["Action"]), as_list(statement["Resource"])
    for action in actions:
        rest = [one for one in actions if one != action]
        yield action, [{**statement, "Action": rest}] if rest else []
    for resource in resources if len(resources) > 1 else []:
        yield f"{', '.join(actions)} on {resource}", [{**statement, "Resource": [one for one in resources if one != resource]}]


def main():
    asked = json.load(sys.stdin)
    denied, removals = [], []
    requests = {}
    for request in asked["requests"]:
        requests.setdefault(request["role"], []).append(request)
    for role, own in requests.items():
        statements = asked["roles"].get(role, [])
        denied += [request for request in own if not allowed(request, statements, role)]
    for role, statements in asked["roles"].items() if asked.get("removes", True) else []:
        own = requests.get(role, [])
        for index, statement in enumerate(statements):
            for gone, left in without(statement):
                rest = [*statements[:index], *left, *statements[index + 1 :]]
                missed = next((request for request in own if not allowed(request, rest, role)), None)
                removals.append({"role": role, "gone": gone, "found": missed and f'{missed["by"]}: {missed["action"]}'})
    refused = [one for one in asked["services"] if not service_allowed(one, one["documents"])]
    json.dump({"denied": denied, "refused": refused, "removals": removals}, sys.stdout)


main()
