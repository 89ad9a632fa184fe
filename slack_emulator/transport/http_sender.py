"""HTTP mode: signed requests to the app's request URL instead of sockets."""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from slack_emulator.models import Json
from slack_emulator.state.core import Core
from slack_emulator.transport.delivery import Envelope, EnvelopeKind, Outbox

_WORKERS = 16


class HttpSender:
    """Posts payloads to one request URL as Slack does."""

    def __init__(self, core: Core, outbox: Outbox, url: str, signing_secret: str) -> None:
        """Take the shared core, the outbox, the app's request URL and the signing secret."""
        self._core = core
        self._outbox = outbox
        self._url = url
        self._secret = signing_secret
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="workspace-http")

    def send(self, envelope: Envelope) -> bool:
        """Post an envelope's payload in the background."""
        envelope.connection = "http"
        self._pool.submit(self._post, envelope, envelope.id)
        return True

    def drop(self, connection: str) -> None:
        """Do nothing: HTTP holds no connection."""

    def refresh(self, connection: str) -> None:
        """Do nothing: HTTP holds no connection."""

    def close(self) -> None:
        """Stop posting."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _post(self, envelope: Envelope, envelope_id: str) -> None:
        moment = int(self._core.clock())
        signed = signed_request(envelope.kind, envelope.payload, self._secret, moment)
        headers = dict(signed.headers)
        if envelope.attempt:
            headers["X-Slack-Retry-Num"] = str(envelope.attempt)
            headers["X-Slack-Retry-Reason"] = envelope.reason
        request = urllib.request.Request(self._url, signed.body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=self._outbox.patience) as response:
                answer = response.read().decode("utf-8")
        except TimeoutError:
            self._outbox.failed(envelope, "http_timeout")
        except urllib.error.HTTPError:
            self._outbox.failed(envelope, "http_error")
        except OSError:
            self._outbox.failed(envelope, "connection_failed")
        else:
            self._outbox.acknowledge(envelope_id, _answer_of(answer))


@dataclass(frozen=True)
class SignedRequest:
    """An HTTP request as Slack sends it to an app's request URL."""

    headers: Mapping[str, str]
    body: bytes


def signed_request(kind: EnvelopeKind, payload: Json, secret: str, timestamp: int) -> SignedRequest:
    """Return the request that carries a payload, signed at a moment in seconds since the epoch."""
    body, content_type = _encoded(kind, payload)
    headers = signature_headers(secret, timestamp, body)
    return SignedRequest({**headers, "Content-Type": content_type}, body)


def signature_headers(secret: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers by which the app knows that a request is Slack's.

    The signature is the HMAC-SHA256 of `v0:timestamp:body` (Slack, "Verifying requests").
    """
    base = b"v0:%d:%s" % (timestamp, body)
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


def _encoded(kind: EnvelopeKind, payload: Json) -> tuple[bytes, str]:
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields: Mapping[str, object] = payload
    if kind == "interactive":
        fields = {"payload": json.dumps(payload)}
    return urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _answer_of(text: str) -> Json | None:
    try:
        answer = json.loads(text)
    except ValueError:
        return {"text": text} if text.strip() else None
    return answer if isinstance(answer, dict) else None
