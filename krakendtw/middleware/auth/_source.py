"""``jwk_url``, ``jwk_local_path`` and what belongs to them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from krakendtw.errors import ConfigError
from krakendtw.middleware.auth._jwk import BadKey, Key, parse_keys
from krakendtw.middleware.auth._jwk_tls import TLSSettings, pem_certificates
from krakendtw.middleware.auth._secret import SecretError, check_scheme, decrypt_file
from krakendtw.middleware.auth._strict import Malformed, load_json

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.middleware.auth._go_struct import Field

SOURCE_FIELDS: Mapping[str, Field] = {
    "jwk_url": ("string", ""),
    "jwk_local_path": ("string", ""),
    "jwk_local_ca": ("string", ""),
    "jwk_fingerprints": ("[]string", ()),
    "cipher_suites": ("[]uint16", ()),
    "disable_jwk_security": ("bool", False),
    "secret_url": ("string", ""),
    "cypher_key": ("[]byte", b""),
}
"""The keys, for :func:`krakendtw.middleware.auth._go_struct.decode_struct`."""

INSECURE = "JWK client is using an insecure connection to the JWK service"


@frozen
class SourceSettings:
    """Where keys are, and how that place is trusted.

    :ivar where: the component's place in the document.
    """

    where: ConfigPath
    url: str
    path: str
    authority_path: str
    pins: tuple[bytes, ...]
    cipher_suites: tuple[int, ...]
    is_insecure: bool
    secret_url: str = field(repr=False)
    cypher_key: bytes = field(repr=False)

    def tls(self) -> TLSSettings:
        """The trust in the host of ``jwk_url``.

        :raises ConfigError: the file of ``jwk_local_ca`` cannot be read.
        """
        authorities: tuple[bytes, ...] = ()
        if self.authority_path:
            place = self.where / "jwk_local_ca"
            authorities = pem_certificates(_read(self.authority_path, place))
        return TLSSettings(self.cipher_suites, authorities, self.pins, self.is_insecure)

    def file_keys(self) -> tuple[Key, ...]:
        """The keys of ``jwk_local_path``, decrypted.

        :raises ConfigError: the file cannot be read, opened or understood.
        """
        place = self.where / "jwk_local_path"
        content = _read(self.path, place)
        if self.secret_url:
            try:
                content = decrypt_file(content, self.secret_url, self.cypher_key)
            except SecretError as error:
                raise ConfigError(place, f"{self.path}: {error}") from error
        try:
            return parse_keys(load_json(content))
        except (BadKey, Malformed) as error:
            raise ConfigError(place, f"{self.path}: {error}") from error


def is_secure(values: Mapping[str, Any]) -> bool:
    """Whether the place may be used: HTTPS, or the check switched off.

    A local file needs the switch too, as in KrakenD.
    """
    url: str = values["jwk_url"]
    return bool(values["disable_jwk_security"]) or url.startswith("https://")


def check_keeper(values: Mapping[str, Any], where: ConfigPath) -> None:
    """Refuse what would never open.

    :raises ConfigError: an encrypted file needs a keeper that is none of ours.
    """
    if values["jwk_local_path"] and values["secret_url"]:
        try:
            check_scheme(values["secret_url"])
        except SecretError as error:
            raise ConfigError(where / "secret_url", str(error)) from error


def source_settings(values: Mapping[str, Any], where: ConfigPath) -> SourceSettings:
    """The settings of decoded values.

    :raises ConfigError: a fingerprint is no base64url text.
    """
    return SourceSettings(
        where,
        values["jwk_url"],
        values["jwk_local_path"],
        values["jwk_local_ca"],
        tuple(
            _fingerprint(text, where / "jwk_fingerprints" / index)
            for index, text in enumerate(values["jwk_fingerprints"])
        ),
        values["cipher_suites"],
        values["disable_jwk_security"],
        values["secret_url"],
        values["cypher_key"],
    )


def _fingerprint(text: str, where: ConfigPath) -> bytes:
    try:
        return base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ConfigError(where, f"no base64url text: {error}") from error


def _read(path: str, where: ConfigPath) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise ConfigError(where, f"open {path}: {error.strerror}") from error
