"""An embedded Valkey as the launcher's child: broker, cache and sessions."""

import socket
import time
from dataclasses import dataclass
from pathlib import Path

from running import place
from running.postgres import free_port
from running.processes import Child, Children, last_lines
from running.sentences import Stop


@dataclass
class Valkey:
    """A server on a free port of this machine, behind a password, with its data in `home`."""

    home: Path
    password: str
    log: Path
    throwaway: bool = False
    port: int = 0

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self, children: Children) -> None:
        """Starts the server and waits until it answers. Raises Stop with the server's own words."""
        program = place.valkey_program()
        self.port = free_port()
        place.own(self.home, None)
        config = self.home / "valkey.conf"
        config.touch(mode=0o600)
        config.write_text(self._config())
        child = Child("Valkey", [str(program), str(config)], {"LC_ALL": "C"}, log=self.log, cwd=self.home)
        self._wait(children.start(child, rank=0))

    def _config(self) -> str:
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{self.home}"',
            f"appendonly {'no' if self.throwaway else 'yes'}",
            'save ""',
            "maxmemory-policy noeviction",
            "databases 16",
        ]
        return "\n".join(lines) + "\n"

    def _wait(self, child: Child, seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if child.died():
                raise Stop(f"Valkey did not start:\n{last_lines(self.log)}")
            if self._answers():
                return
            time.sleep(0.05)
        raise Stop(f"Valkey did not get ready within {seconds:.0f} s:\n{last_lines(self.log)}")

    def _answers(self) -> bool:
        """PING behind our own password: only our own server answers it, and only when its data is loaded."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as talk:
                talk.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    part = talk.recv(200)
                    if not part:
                        return False
                    answer += part
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"
