"""Restores rules by a state machine alone, all on moto: its Step Functions interpreter calls its load balancer, and no function is there.

In, on stdin: {"definition"}, a machine over {"plan": {"items": [...]}, "withoutTable": {"rules": [...]}}. Out: {"status", "error", "cause", "rule", "listener", "balance"}, the actions that the
load balancer has afterwards, with names instead of ARNs.
"""

import json
import os
import sys
import time

os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="eu-west-1")

import boto3
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService

# The name that botocore has for the service; moto translates only some.
StateTaskService._SERVICE_NAME_SFN_TO_BOTO_OVERRIDES["elasticloadbalancingv2"] = "elbv2"

LOGIN = {
    "Type": "authenticate-oidc",
    "Order": 1,
    "AuthenticateOidcConfig": {
        "Issuer": "https://login.example.com",
        "AuthorizationEndpoint": "https://login.example.com/authorize",
        "TokenEndpoint": "https://login.example.com/token",
        "UserInfoEndpoint": "https://login.example.com/me",
        "ClientId": "web",
        "ClientSecret": "kept by the load balancer",
    },
}


def forward(blue, green, to_green, order):
    groups = [{"TargetGroupArn": blue, "Weight": 100 - to_green}, {"TargetGroupArn": green, "Weight": to_green}]
    return {"Type": "forward", "Order": order, "ForwardConfig": {"TargetGroups": groups}}


def main(definition):
    ec2 = boto3.client("ec2")
    elb = boto3.client("elbv2")
    machines = boto3.client("stepfunctions")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"eu-west-1{zone}")["Subnet"]["SubnetId"]
        for n, zone in enumerate("ab")
    ]
    balancer = elb.create_load_balancer(Name="front", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    blue, green = (
        elb.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")["TargetGroups"][0]["TargetGroupArn"]
        for name in ("web-a", "web-b")
    )
    elb.register_targets(TargetGroupArn=blue, Targets=[{"Id": "10.0.0.10", "Port": 80}])
    listener = elb.create_listener(
        LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[forward(blue, green, 50, 1)]
    )["Listeners"][0]["ListenerArn"]
    rule = elb.create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/api/*"]}],
        Actions=[LOGIN, forward(blue, green, 25, 2)],
    )["Rules"][0]["RuleArn"]

    side = {"blue": blue, "green": green}
    items = [
        {"kind": kind, "arn": arn, "actions": [to_blue], "forward": to_blue, "login": "no", **side}
        for kind, arn, to_blue in (("rule", rule, forward(blue, green, 0, 1)), ("listener", listener, forward(blue, green, 0, 1)))
    ]
    role = "arn:aws:iam::123456789012:role/machine"
    machine = machines.create_state_machine(name="restore", definition=json.dumps(definition), roleArn=role)
    started = machines.start_execution(
        stateMachineArn=machine["stateMachineArn"],
        input=json.dumps(
            {
                "rolloutId": "web-1",
                "claim": {"fence": 2, "restorePlan": items},
                "plan": {"items": items},
                "withoutTable": {"rules": [{"kind": one["kind"], "arn": one["arn"], **side} for one in items]},
                "unclaimed": {"quiet": 0, "cost": 0},
            }
        ),
    )["executionArn"]
    end = time.monotonic() + 120
    while (execution := machines.describe_execution(executionArn=started))["status"] == "RUNNING":
        if time.monotonic() > end:
            raise SystemExit("the machine did not end")
        time.sleep(0.1)
    names = {blue: "blue", green: "green"}

    def seen(actions):
        return [
            {
                "type": action["Type"],
                "weights": {
                    names[one["TargetGroupArn"]]: one["Weight"]
                    for one in action.get("ForwardConfig", {}).get("TargetGroups", [])
                },
            }
            for action in actions
        ]

    print(
        json.dumps(
            {
                "status": execution["status"],
                "error": execution.get("error", ""),
                "cause": execution.get("cause", ""),
                "rule": seen(elb.describe_rules(RuleArns=[rule])["Rules"][0]["Actions"]),
                "listener": seen(elb.describe_listeners(ListenerArns=[listener])["Listeners"][0]["DefaultActions"]),
            }
        )
    )


with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
    main(json.load(sys.stdin)["definition"])
