"""The portal's own address. Standard library only: the port is looked at before anything is installed."""

import errno
import os
import socket

from running.sentences import Stop

DEFAULT_PORT = 8000


def listen() -> socket.socket:
    """The listening socket of `HOST` and `PORT`, to be handed on to the web server.

    Raises Stop where the port is taken or forbidden. While the portal starts visitors wait, they do not fail.
    """
    host = os.environ.get("HOST", "127.0.0.1")
    given = os.environ.get("PORT", str(DEFAULT_PORT))
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise Stop(f"PORT={given} is not a port number.")
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, int(given)))
    except OSError as error:
        listening.close()
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise Stop(f"HOST={host} cannot be used: {error.strerror}.") from error
        other = int(given) + 1 if 1024 <= int(given) < 65535 else DEFAULT_PORT
        raise Stop(
            f"{host}:{given} cannot be used: {error.strerror}. Take another port: PORT={other} make run"
        ) from error
    listening.listen(128)
    return listening


def check_free() -> None:
    listen().close()
