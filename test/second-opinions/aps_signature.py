"""Signs one POST as botocore does for Amazon Managed Service for Prometheus; reads the request as JSON, writes the headers."""
import json
import sys
from datetime import datetime, timezone
from unittest import mock

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

asked = json.load(sys.stdin)
when = datetime.fromtimestamp(asked["seconds"], timezone.utc)


class Frozen(datetime):
    @classmethod
    def now(cls, tz=None):
        return when if tz else when.replace(tzinfo=None)

    @classmethod
    def utcnow(cls):
        return when.replace(tzinfo=None)


patched = [mock.patch.object(botocore.auth, name, value) for name, value in (
    ("datetime", Frozen),
    ("get_current_datetime", lambda *_, **__: when.replace(tzinfo=None)),
) if hasattr(botocore.auth, name)]
for one in patched:
    one.start()
request = AWSRequest("POST", asked["url"], headers=asked["headers"], data=asked["body"])
credentials = Credentials(asked["key"], asked["secret"], asked["token"])
botocore.auth.SigV4Auth(credentials, "aps", asked["region"]).add_auth(request)
print(json.dumps({name.lower(): value for name, value in request.headers.items()}))
