"""Keys of KMS that sign (ECC_NIST_P256), as the emulator has them only with a package of 20 MB that nothing else here needs.

ECDSA over P-256 as in FIPS 186-5 and SEC 1. For a machine that nobody attacks: it takes no care to run in constant time.
"""

import base64
import secrets

from ministack.services import kms

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
SPEC = "ECC_NIST_P256"
ALGORITHM = "ECDSA_SHA_256"
# SubjectPublicKeyInfo of an uncompressed point on this curve, up to the point.
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
PRIVATE = "_p256_private"


def added(one, other):
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, P) if one == other else (y2 - y1) * pow(x2 - x1, -1, P)
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def times(number, point):
    result = None
    while number:
        if number & 1:
            result = added(result, point)
        point = added(point, point)
        number >>= 1
    return result


def der_integer(value):
    content = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return bytes([2, len(content)]) + content


def signature_of(private, digest):
    while True:
        nonce = secrets.randbelow(N - 1) + 1
        r = times(nonce, G)[0] % N
        s = pow(nonce, -1, N) * (int.from_bytes(digest, "big") + r * private) % N
        if r and s:
            content = der_integer(r) + der_integer(s)
            return bytes([0x30, len(content)]) + content


def install():
    for name in ("_create_key", "_get_public_key", "_sign", "_resolve_key", "_check_key_state"):
        if not hasattr(kms, name):
            raise SystemExit(f"this version of the emulator has no kms.{name}: adapt local/emulator/signing_keys.py to it")
    if kms.HAS_CRYPTO:
        return
    create, public_key, sign = kms._create_key, kms._get_public_key, kms._sign

    def create_signing(data):
        if data.get("KeySpec") != SPEC:
            return create(data)
        status, headers, body = create({**data, "KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT"})
        if status != 200:
            return status, headers, body
        rec = kms._resolve_key(kms.json.loads(body)["KeyMetadata"]["KeyId"])
        rec.update(KeySpec=SPEC, KeyUsage="SIGN_VERIFY", SigningAlgorithms=[ALGORITHM], EncryptionAlgorithms=[])
        rec[PRIVATE] = f"{secrets.randbelow(N - 1) + 1:064x}"
        return kms._describe_key({"KeyId": rec["KeyId"]})

    def public_key_of(data):
        rec = kms._resolve_key(data.get("KeyId", ""))
        if not rec or PRIVATE not in rec:
            return public_key(data)
        x, y = times(int(rec[PRIVATE], 16), G)
        point = b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")
        answer = {"KeyId": rec["Arn"], "KeyUsage": rec["KeyUsage"], "KeySpec": SPEC, "SigningAlgorithms": [ALGORITHM]}
        return kms.json_response({**answer, "PublicKey": base64.b64encode(SPKI + point).decode()})

    def sign_by_point(data):
        rec = kms._resolve_key(data.get("KeyId", ""))
        if not rec or PRIVATE not in rec:
            return sign(data)
        refused = kms._check_key_state(rec)
        if refused:
            return refused
        digest = base64.b64decode(data.get("Message", ""))
        if data.get("SigningAlgorithm") != ALGORITHM or data.get("MessageType") != "DIGEST" or len(digest) != 32:
            return kms.error_response_json("ValidationException", "Here a key signs digests of SHA-256 alone.", 400)
        signed = base64.b64encode(signature_of(int(rec[PRIVATE], 16), digest)).decode()
        return kms.json_response({"KeyId": rec["Arn"], "Signature": signed, "SigningAlgorithm": ALGORITHM})

    kms._create_key, kms._get_public_key, kms._sign = create_signing, public_key_of, sign_by_point
