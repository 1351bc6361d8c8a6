"""A throw-away certificate authority, for programs that speak https only. Its key is never written anywhere."""

from __future__ import annotations

import ipaddress
import os
import ssl
import tempfile
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_NAMES = ("localhost", "github.localhost", "gitlab.localhost")


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
    )


class Authority:
    """An authority and one certificate of it, for this machine's loopback.

    ``ca_file`` is the authority's certificate, for ``REQUESTS_CA_BUNDLE``, ``SSL_CERT_FILE``, ``NODE_EXTRA_CA_CERTS``
    or a session's ``verify``.
    """

    def __init__(self) -> None:
        root = ec.generate_private_key(ec.SECP256R1())
        name = _name("igitt sandbox")
        basic = x509.BasicConstraints(ca=True, path_length=0)
        usage = x509.KeyUsage(
            digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False,
            key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
            decipher_only=False,
        )  # fmt: skip
        identifier = x509.SubjectKeyIdentifier.from_public_key(root.public_key())
        self._ca = (
            _builder(name, name, root.public_key())
            .add_extension(basic, critical=True)
            .add_extension(usage, critical=True)
            .add_extension(identifier, critical=False)
            .sign(root, hashes.SHA256())
        )
        self._key = ec.generate_private_key(ec.SECP256R1())
        hosts: list[x509.GeneralName] = [x509.DNSName(host) for host in _NAMES]
        hosts += [x509.IPAddress(ipaddress.ip_address(address)) for address in ("127.0.0.1", "::1")]
        issuer = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)
        self._leaf = (
            _builder(_name("127.0.0.1"), name, self._key.public_key())
            .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(issuer, critical=False)
            .sign(root, hashes.SHA256())
        )
        handle, self.ca_file = tempfile.mkstemp(prefix="igitt-sandbox-", suffix=".pem")
        with os.fdopen(handle, "wb") as file:
            file.write(self._ca.public_bytes(serialization.Encoding.PEM))

    def context(self) -> ssl.SSLContext:
        """What a server needs to speak TLS with the certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # OpenSSL reads a key from a file only: this one lives for a moment, and nobody else may read it.
        handle, path = tempfile.mkstemp(prefix="igitt-sandbox-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(
                    self._key.private_bytes(
                        serialization.Encoding.PEM,
                        serialization.PrivateFormat.PKCS8,
                        serialization.NoEncryption(),
                    )
                    + self._leaf.public_bytes(serialization.Encoding.PEM)
                )
            context.load_cert_chain(path)
        finally:
            os.unlink(path)  # noqa: PTH108 - beside mkstemp, the same module
        return context

    def close(self) -> None:
        """Remove the authority's certificate."""
        if os.path.exists(self.ca_file):  # noqa: PTH110 - as above
            os.unlink(self.ca_file)  # noqa: PTH108 - as above
