"""Uses the fleet as boto3's clients use AWS, and prints what they understood as JSON. Usage: fleet_client.py ENDPOINT PORT IMAGE"""

import json
import sys
import time

import boto3
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

endpoint, port, image = sys.argv[1:]
settings = dict(
    endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
)
ecs = boto3.client("ecs", **settings)
elb = boto3.client("elbv2", **settings)
scaling = boto3.client("application-autoscaling", **settings)


def until(ask, seconds=60):
    """What `ask` gives once it is true; the machine may be busy, so the time is against hanging alone."""
    end = time.monotonic() + seconds
    while not (answer := ask()):
        if time.monotonic() > end:
            raise SystemExit(f"{ask.__name__} was not true within {seconds} s")
        time.sleep(0.1)
    return answer


def group(name):
    made = elb.create_target_group(
        Name=name, Protocol="HTTP", Port=8080, VpcId="vpc-1", TargetType="ip", HealthCheckPath="/health"
    )["TargetGroups"][0]
    return made["TargetGroupArn"]


def refused(call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "accepted"


ecs.create_cluster(clusterName="main")
balancer = elb.create_load_balancer(Name="front", Subnets=["subnet-a", "subnet-b"])["LoadBalancers"][0]
blue, green = group("web-a"), group("web-b")


def split(to_green):
    groups = [{"TargetGroupArn": blue, "Weight": 100 - to_green}, {"TargetGroupArn": green, "Weight": to_green}]
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]


listener = elb.create_listener(
    LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=int(port), DefaultActions=split(0)
)["Listeners"][0]["ListenerArn"]
rule = elb.create_rule(
    ListenerArn=listener,
    Priority=10,
    Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}}],
    Actions=split(0),
    Tags=[{"Key": "sluice:rollout", "Value": "web-1"}],
)["Rules"][0]["RuleArn"]
elb.modify_rule(RuleArn=rule, Actions=split(25))
read = elb.describe_rules(RuleArns=[rule])["Rules"][0]

definition = ecs.register_task_definition(
    family="web",
    containerDefinitions=[{"name": "app", "image": image, "portMappings": [{"containerPort": 8080}]}],
)["taskDefinition"]
service = ecs.create_service(
    cluster="main",
    serviceName="web-a",
    taskDefinition=definition["taskDefinitionArn"],
    desiredCount=1,
    loadBalancers=[{"targetGroupArn": blue, "containerName": "app", "containerPort": 8080}],
)["service"]


def running():
    seen = ecs.describe_services(cluster="main", services=["web-a"])["services"][0]
    return seen if seen["runningCount"] == 1 else None


seen = until(running)
tasks = ecs.list_tasks(cluster="main", serviceName="web-a")["taskArns"]
task = ecs.describe_tasks(cluster="main", tasks=tasks)["tasks"][0]
scaling.register_scalable_target(
    ServiceNamespace="ecs",
    ResourceId="service/main/web-a",
    ScalableDimension="ecs:service:DesiredCount",
    MinCapacity=1,
    MaxCapacity=4,
)
target = scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=["service/main/web-a"])["ScalableTargets"][0]

# A service whose traffic ECS moves: its pause is seen, answered and gone.
advanced = {"alternateTargetGroupArn": green, "productionListenerRule": rule, "roleArn": "arn:aws:iam::000000000000:role/ecs"}
ecs.update_service(
    cluster="main",
    service="web-a",
    loadBalancers=[
        {"targetGroupArn": blue, "containerName": "app", "containerPort": 8080, "advancedConfiguration": advanced}
    ],
    deploymentConfiguration={
        "strategy": "LINEAR",
        "linearConfiguration": {"stepPercent": 50, "stepBakeTimeInMinutes": 0},
        "lifecycleHooks": [{"targetType": "PAUSE", "lifecycleStages": ["PRE_SCALE_UP"]}],
    },
)
listed = ecs.list_service_deployments(cluster="main", service="web-a")
deployment = listed["serviceDeployments"][0]["serviceDeploymentArn"]


def paused():
    described = ecs.describe_service_deployments(serviceDeploymentArns=[deployment])
    return described if described["serviceDeployments"][0].get("lifecycleHookDetails") else None


described = until(paused)
hook = described["serviceDeployments"][0]["lifecycleHookDetails"][0]
revisions = ecs.describe_service_revisions(
    serviceRevisionArns=[described["serviceDeployments"][0]["targetServiceRevision"]["arn"]]
)
continued = ecs.continue_service_deployment(serviceDeploymentArn=deployment, hookId=hook["hookId"], action="ROLLBACK")
answers = {
    "ListServiceDeployments": listed,
    "DescribeServiceDeployments": described,
    "DescribeServiceRevisions": revisions,
    "ContinueServiceDeployment": continued,
}


def report(operation, answer):
    shape = ecs.meta.service_model.operation_model(operation).output_shape
    body = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
    return ParamValidator().validate(body, shape).generate_report()


print(
    json.dumps(
        {
            "rule": {
                "priority": read["Priority"],
                "weights": [one["Weight"] for one in read["Actions"][0]["ForwardConfig"]["TargetGroups"]],
                "condition": read["Conditions"][0]["PathPatternConfig"]["Values"],
                "tags": elb.describe_tags(ResourceArns=[rule])["TagDescriptions"][0]["Tags"],
            },
            "health": [
                state["TargetHealth"]["State"]
                for state in elb.describe_target_health(TargetGroupArn=blue)["TargetHealthDescriptions"]
            ],
            "service": {
                "status": seen["status"],
                "deployments": len(seen["deployments"]),
                "created": service["createdAt"].tzinfo is not None,
            },
            "task": {"status": task["lastStatus"], "definition": task["taskDefinitionArn"] == definition["taskDefinitionArn"]},
            "native": {
                "hook": [hook["targetType"], hook["status"], hook["timeoutAction"]],
                "group": revisions["serviceRevisions"][0]["resolvedConfiguration"]["loadBalancers"][0]["targetGroupArn"] == green,
                "problems": [text for name, answer in answers.items() if (text := report(name, answer))],
            },
            "scaling": [target["MinCapacity"], target["MaxCapacity"]],
            "refused": {
                "priority": refused(
                    elb.create_rule,
                    ListenerArn=listener,
                    Priority=10,
                    Conditions=[{"Field": "path-pattern", "Values": ["/x"]}],
                    Actions=split(0),
                ),
                "rule": refused(elb.modify_rule, RuleArn=rule.replace("rule/app", "rule/net"), Actions=split(0)),
                "service": refused(ecs.update_service, cluster="main", service="unknown", desiredCount=1),
            },
        }
    )
)
