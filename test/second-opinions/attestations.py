"""Signs and verifies DSSE envelopes with python-cryptography, by the specification alone: a second opinion on lib/attestation.

Reads one request as JSON from standard input and answers with one line of JSON.
"""

import base64
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def encoded(payload_type: str, body: bytes) -> bytes:
    kind = payload_type.encode()
    return b" ".join([b"DSSEv1", str(len(kind)).encode(), kind, str(len(body)).encode(), body])


def sign(request):
    key = serialization.load_pem_private_key(request["privateKey"].encode(), None)
    body, payload_type = request["statement"].encode(), "application/vnd.in-toto+json"
    signature = key.sign(encoded(payload_type, body), ec.ECDSA(hashes.SHA256()))
    text = {name: base64.b64encode(raw).decode() for name, raw in (("payload", body), ("sig", signature))}
    return {
        "payload": text["payload"],
        "payloadType": payload_type,
        "signatures": [{"keyid": "", "sig": text["sig"]}],
    }


def verify(request):
    key = serialization.load_pem_public_key(request["publicKey"].encode())
    answers = []
    for envelope in request["envelopes"]:
        read = json.loads(envelope)
        body = base64.b64decode(read["payload"], validate=True)
        signature = base64.b64decode(read["signatures"][0]["sig"], validate=True)
        try:
            key.verify(signature, encoded(read["payloadType"], body), ec.ECDSA(hashes.SHA256()))
            answers.append(True)
        except InvalidSignature:
            answers.append(False)
    return answers


asked = json.load(sys.stdin)
print(json.dumps(sign(asked) if "statement" in asked else verify(asked)))
