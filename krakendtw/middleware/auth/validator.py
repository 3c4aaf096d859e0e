"""``auth/validator``: who has no good token gets no further.

At an endpoint it asks for a signed token (RFC 7519); every refusal is a bare
status.  At service level it holds the keys that endpoints share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from zope.interface import implementer

from krakendtw.errors import ConfigError, NotConfigured
from krakendtw.interfaces import IHandlerMiddleware, ITokenRejecterFactory
from krakendtw.middleware._place import ENDPOINT, SERVICE, level_of
from krakendtw.middleware.auth._access import compile_roles, compile_scopes
from krakendtw.middleware.auth._claims import Expectations, is_dotted_path
from krakendtw.middleware.auth._endpoint_keys import (
    DEFAULT_CACHE_S,
    SharedKeys,
    build_keys,
    duration_or,
)
from krakendtw.middleware.auth._go_struct import Field, Mismatch, decode_struct
from krakendtw.middleware.auth._guard import Guard, Rules
from krakendtw.middleware.auth._jws import KINDS, compile_verify
from krakendtw.middleware.auth._key_id import token_key_id_of
from krakendtw.middleware.auth._origin import compile_finder
from krakendtw.middleware.auth._propagate import (
    compile_clear,
    compile_fields,
    compile_params,
)
from krakendtw.middleware.auth._source import (
    INSECURE,
    SOURCE_FIELDS,
    SourceSettings,
    check_keeper,
    is_secure,
    source_settings,
)
from krakendtw.router.answer import Answer

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import Handler
    from krakendtw.log import Log
    from krakendtw.scope import HandlerScope

DEFAULT_TOKEN_CACHE_SIZE = 1024

_FIELDS: Mapping[str, Field] = {
    **SOURCE_FIELDS,
    "alg": ("string", ""),
    "auth_header_name": ("string", ""),
    "cookie_key": ("string", ""),
    "cache": ("bool", False),
    "cache_duration": ("uint32", 0),
    "failed_jwk_key_cooldown": ("string", ""),
    "key_identify_strategy": ("string", ""),
    "issuer": ("string", ""),
    "audience": ("[]string", ()),
    "leeway": ("string", ""),
    "roles": ("[]string", ()),
    "roles_key": ("string", ""),
    "roles_key_is_nested": ("bool", False),
    "scopes": ("[]string", ()),
    "scopes_key": ("string", ""),
    "scopes_matcher": ("string", ""),
    "propagate_claims": ("[][]string", ()),
    "propagate_claims_preserve_array": ("bool", False),
    "operation_debug": ("bool", False),
    "token_cache_size": ("uint32", DEFAULT_TOKEN_CACHE_SIZE),
}


@implementer(IHandlerMiddleware)
@frozen
class Closed:
    """An endpoint whose validator cannot be: it answers 401 to everybody.

    :ivar reason: what is wrong, for the log.
    """

    handler_order = 300
    reason: str

    def wrap_handler(self, scope: HandlerScope, handler: Handler) -> Handler:
        """See :class:`~krakendtw.interfaces.IHandlerMiddleware`."""
        log = _log(scope)
        log.warning(f"Unable to parse the configuration: {self.reason}")
        return lambda request: Answer(401)


@implementer(IHandlerMiddleware)
@frozen
class Validator:
    """One endpoint's demand for a token.

    :ivar source: where the keys are.
    :ivar values: the other keys of the namespace.
    """

    handler_order = 300
    source: SourceSettings
    values: Mapping[str, Any] = field(repr=False)

    def wrap_handler(self, scope: HandlerScope, handler: Handler) -> Handler:
        """See :class:`~krakendtw.interfaces.IHandlerMiddleware`.

        :raises ConfigError: a file that is needed cannot be used.
        """
        log = _log(scope)
        keys = build_keys(self.source, self.values, scope.service)
        self._announce(log)
        return Guard(handler, keys, self._rules(scope, log), log)

    def _rules(self, scope: HandlerScope, log: Log) -> Rules:
        values = self.values
        rejecters = [
            rejecter
            for factory in scope.providers(ITokenRejecterFactory)
            if (rejecter := factory.rejecter(scope)) is not None
        ]
        tuples = values["propagate_claims"]
        _warn_of_tuples(tuples, scope)
        return Rules(
            find=compile_finder(values["auth_header_name"], values["cookie_key"]),
            alg=values["alg"],
            key_id_of=token_key_id_of(values["key_identify_strategy"]),
            verify=compile_verify(values["alg"]),
            expectations=Expectations(
                values["issuer"],
                values["audience"],
                max(duration_or(values["leeway"], 1.0), 1.0),
            ),
            rejecters=tuple(rejecters),
            roles=compile_roles(
                values["roles"], self._roles_key, is_nested=self._has_nested_roles
            ),
            scopes=compile_scopes(
                values["scopes"],
                values["scopes_key"],
                need_all=values["scopes_matcher"] == "all",
            ),
            fields=compile_fields(
                tuples, keep_lists=values["propagate_claims_preserve_array"]
            ),
            clear=compile_clear(tuples),
            params=compile_params(
                backend.url_pattern for backend in scope.config.backends
            ),
            arm=_compile_arm(scope),
            cache_size=values["token_cache_size"],
            is_chatty=values["operation_debug"],
        )

    @property
    def _roles_key(self) -> str:
        key: str = self.values["roles_key"] or "roles"
        return key

    @property
    def _has_nested_roles(self) -> bool:
        is_nested: bool = self.values["roles_key_is_nested"]
        return is_nested and is_dotted_path(self._roles_key)

    def _announce(self, log: Log) -> None:
        values = self.values
        nested = "nested " if self._has_nested_roles else ""
        log.debug(f"Roles will be matched against the {nested}key: '{self._roles_key}'")
        if values["scopes"] and values["scopes_key"]:
            how = "all" if values["scopes_matcher"] == "all" else "any of"
            log.debug(
                f"Constraint added: tokens must contain a claim"
                f" '{values['scopes_key']}' with {how} these scopes:"
                f" [{' '.join(values['scopes'])}]"
            )
        else:
            log.debug("No scope validation required")
        chatty = ". Operation debug is enabled" if values["operation_debug"] else ""
        log.debug(f"Validator enabled for this endpoint{chatty}")


def configure(raw: Any, where: ConfigPath) -> Validator | Closed | SharedKeys:
    """The validator of an endpoint, or the service's shared keys.

    :raises ConfigError: an algorithm or a fingerprint that is none, or keys that
        exclude each other.
    :raises NotConfigured: at any other place the namespace means nothing.
    """
    level = level_of(where)
    if level == SERVICE:
        return _configure_service(raw)
    if level != ENDPOINT:
        raise NotConfigured("auth/validator belongs to an endpoint or to the service")
    try:
        values = decode_struct(raw, "SignatureConfig", _FIELDS, package="jose")
    except Mismatch as error:
        return Closed(str(error))
    if not is_secure(values):
        return Closed(INSECURE)
    _check(values, where)
    check_keeper(values, where)
    return Validator(source_settings(values, where), values)


def _configure_service(raw: Any) -> SharedKeys:
    fields: Mapping[str, Field] = {"shared_cache_duration": ("uint32", 0)}
    if not isinstance(raw, Mapping):
        raise NotConfigured("auth/validator wants an object")
    try:
        seconds = decode_struct(raw, "serviceConfig", fields)["shared_cache_duration"]
    except Mismatch as error:
        raise NotConfigured(str(error)) from error
    return SharedKeys(float(seconds or DEFAULT_CACHE_S))


def _check(values: Mapping[str, Any], where: ConfigPath) -> None:
    """What KrakenD does not start with."""
    if values["alg"] not in KINDS:
        raise ConfigError(
            where / "alg",
            f"JOSE: unknown algorithm {values['alg']}; one of {', '.join(KINDS)}",
        )
    if values["cache"] and values["jwk_local_path"]:
        raise ConfigError(
            where / "cache", "cache could not be used with jwk_local_path"
        )
    key = values["roles_key"]
    if values["roles_key_is_nested"] and "." in key and len(key) < 4:
        raise ConfigError(
            where / "roles_key", f"{key!r}: a nested key has at least 4 characters"
        )


def _compile_arm(scope: HandlerScope) -> Callable[[Any], set[Any]]:
    """What gives a request the endpoint's time from now on."""
    wheel = scope.service.wheel
    ticks = wheel.ticks(scope.config.timeout)
    return lambda request: wheel.arm(ticks, request)


def _log(scope: HandlerScope) -> Log:
    return scope.log.child(f"[ENDPOINT: {scope.config.path}][JWTValidator]")


def _warn_of_tuples(tuples: tuple[tuple[str, ...], ...], scope: HandlerScope) -> None:
    for pair in tuples:
        if len(pair) != 2:
            log = scope.log.child(f"[ENDPOINT: {scope.config.path}][PropagateHeaders]")
            shown = " ".join(pair)
            log.warning(f"invalid number of claims to propagate: [{shown}]")
