"""A passkey in software: a key of openssl, and what an authenticator and a browser make of a question (WebAuthn 3, 6.1, 6.5)."""
import base64
import hashlib
import json
import os
import struct
import subprocess

UP, UV, AT = 0x01, 0x04, 0x40


def text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw(t):
    return base64.urlsafe_b64decode(t + "=" * (-len(t) % 4))


def openssl(*args, data=b""):
    return subprocess.run(["openssl", *args], input=data, capture_output=True, check=True).stdout


class Softkey:
    def __init__(self, folder, origin, rp="localhost"):
        self.file, self.origin, self.rp = os.path.join(folder, "passkey.pem"), origin, rp
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", self.file)
        point = openssl("pkey", "-in", self.file, "-pubout", "-outform", "DER")[-64:]
        self.x, self.y = point[:32], point[32:]
        self.credential, self.handle, self.counter = os.urandom(32), b"", 0

    def client(self, kind, options):
        return json.dumps({"type": "webauthn." + kind, "challenge": options["challenge"], "origin": self.origin,
                           "crossOrigin": False}, separators=(",", ":")).encode()

    def data(self, flags, rest=b""):
        self.counter += 1
        return hashlib.sha256(self.rp.encode()).digest() + struct.pack(">BI", flags, self.counter) + rest

    def created(self, options):
        """The form's fields for a registration: no statement, ES256."""
        self.handle = raw(options["user"]["id"])
        cose = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + self.x + b"\x22\x58\x20" + self.y
        data = self.data(UP | UV | AT, bytes(16) + struct.pack(">H", len(self.credential)) + self.credential + cose)
        attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + bytes([len(data)]) + data
        return {"credential": text(self.credential), "client": text(self.client("create", options)), "authenticator": "",
                "signature": "", "handle": "", "attestation": text(attestation), "transports": "internal"}

    def got(self, options):
        """The form's fields for a sign-in."""
        client, data = self.client("get", options), self.data(UP | UV)
        signature = openssl("dgst", "-sha256", "-sign", self.file, data=data + hashlib.sha256(client).digest())
        return {"credential": text(self.credential), "client": text(client), "authenticator": text(data), "signature": text(signature),
                "handle": text(self.handle), "attestation": "", "transports": ""}
