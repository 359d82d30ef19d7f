"""``docreader serve``: the application behind uvicorn."""

import logging
import signal
import socket
from importlib.util import find_spec

from docreader.errors import SettingsError
from docreader.web.settings import Settings

log = logging.getLogger(__name__)

_NEEDS = ("starlette", "uvicorn", "prometheus_client", "typst")


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then end what is open within ``grace`` seconds. Raises DocreaderError."""
    if lacking := [module for module in _NEEDS if find_spec(module) is None]:
        raise SettingsError(f"the service needs {', '.join(lacking)}: pip install 'docreader[serve]'")
    import uvicorn

    from docreader.web import logs
    from docreader.web.app import make

    app = make(settings)
    listening = _listen(settings.host, settings.port)
    logs.set_up(settings.log_level)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_keep_alive=30,
        timeout_graceful_shutdown=round(settings.grace),
        h11_max_incomplete_event_size=64 << 10,
        ws="none",
        lifespan="on",
    )
    server = uvicorn.Server(config)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn raises it again when all is done; then that is the end
    host, port = listening.getsockname()[:2]
    log.info("listening", extra={"address": f"http://{f'[{host}]' if ':' in host else host}:{port}"})
    try:
        server.run(sockets=[listening])
    except SystemExit:
        if failed := app.state.failed:
            raise failed from None
        raise
    log.info("stopped")


def _listen(host: str, port: int) -> socket.socket:
    """Before anything else, so that a taken port is one line."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(2048)
        made.set_inheritable(True)
    except (OSError, UnicodeError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"cannot listen on {host} port {port} ({reason}); choose another with --port") from None
    return made
