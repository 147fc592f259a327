"""CloudFormation does not create a table whose name is taken, as on AWS; the emulator would put an empty one in its place."""

from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners


def install():
    handler = getattr(provisioners, "_RESOURCE_HANDLERS", {}).get("AWS::DynamoDB::Table")
    if handler is None or "create" not in handler or not hasattr(dynamodb, "_tables"):
        raise SystemExit("this version of the emulator creates tables of a stack in another way: adapt local/emulator/kept_tables.py to it")
    create = handler["create"]

    def create_new(logical_id, props, stack_name):
        name = props.get("TableName")
        if name and dynamodb._tables.get(name) is not None:
            raise ValueError(f"Resource of type 'AWS::DynamoDB::Table' with identifier '{name}' already exists.")
        return create(logical_id, props, stack_name)

    handler["create"] = create_new
