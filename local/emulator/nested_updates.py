"""A resource of a nested stack that an update leaves as it is keeps its attributes, as on AWS; the emulator forgets them there, and the next
reference to one of them fails the update."""

import inspect

from ministack.services import cloudformation
from ministack.services.cloudformation import provisioners


def install():
    update = getattr(provisioners, "_update_resource", None)
    if update is None or "old_attrs" not in inspect.signature(update).parameters or not hasattr(cloudformation, "_stacks"):
        raise SystemExit("this version of the emulator updates nested stacks in another way: adapt local/emulator/nested_updates.py to it")

    # The root's updates have bound the function already, and give the attributes themselves.
    def update_keeping(resource_type, physical_id, old_props, new_props, stack_name, logical_id=None):
        known = cloudformation._stacks.get(stack_name, {}).get("_resources", {}).get(logical_id, {}).get("Attributes", {})
        new_id, attributes = update(resource_type, physical_id, old_props, new_props, stack_name, logical_id, known)
        return new_id, {**known, **attributes} if new_id == physical_id else attributes

    provisioners._update_resource = update_keeping
