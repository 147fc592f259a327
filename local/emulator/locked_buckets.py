"""A bucket of a stack gets the Object Lock of its template, as on AWS; the emulator leaves it out there."""

from ministack.services import s3
from ministack.services.cloudformation import provisioners


def install():
    handler = getattr(provisioners, "_RESOURCE_HANDLERS", {}).get("AWS::S3::Bucket")
    if handler is None or "create" not in handler or "update" not in handler or not hasattr(s3, "_bucket_object_lock"):
        raise SystemExit("this version of the emulator creates buckets of a stack in another way: adapt local/emulator/locked_buckets.py to it")
    create, update = handler["create"], handler["update"]

    def lock(name, props):
        if str(props.get("ObjectLockEnabled", "")).lower() != "true":
            return
        rule = props.get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention")
        retention = None if rule is None else {"Mode": rule["Mode"], **{unit: int(rule[unit]) for unit in ("Days", "Years") if unit in rule}}
        s3._bucket_object_lock[name] = {"enabled": True, "default_retention": retention}

    def create_locked(logical_id, props, stack_name):
        name, attributes = create(logical_id, props, stack_name)
        lock(name, props)
        return name, attributes

    def update_locked(physical_id, old_props, new_props, *others, **named):
        name, attributes = update(physical_id, old_props, new_props, *others, **named)
        lock(name, new_props)
        return name, attributes

    handler["create"], handler["update"] = create_locked, update_locked
