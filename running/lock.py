"""`make lock`: writes the hashed lists anew from pyproject.toml and package.json.

Lists without index and header lines, and not uv.lock: a lock names packages and hashes, never hosts.
"""

import subprocess
from pathlib import Path

from running import frontend
from running.bootstrap import find_uv
from running.sentences import Stop

ROOT = Path(__file__).resolve().parent.parent
# The smaller lists are held to the versions of the largest one.
LISTS = {
    "requirements-dev.txt": ["--extra", "embedded", "--extra", "dev"],
    "requirements-run.txt": ["--extra", "embedded", "-c", "requirements-dev.txt"],
    "requirements.txt": ["-c", "requirements-dev.txt"],
}
TOOLS = "uv\nnodejs-wheel-binaries\n"
CONTRACT = "schemathesis>=4.32\n"  # needs the library `requests`, so it has an environment of its own


def main(arguments: list[str]) -> int:
    upgrade = "--upgrade" in arguments
    uv = find_uv()
    if not uv:
        raise Stop("uv is needed to write the lists, and could not be had.")
    command = [uv, "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header", "--no-annotate"]
    command += ["--python-version", "3.11"] + (["--upgrade"] if upgrade else [])
    for name, arguments in LISTS.items():
        subprocess.run([*command, "pyproject.toml", *arguments, "-o", name], cwd=ROOT, check=True)
    subprocess.run([*command, "-", "-o", "running/tools.txt"], cwd=ROOT, check=True, input=TOOLS, text=True)
    contract = [*command, "-", "-o", "requirements-contract.txt"]
    subprocess.run(contract, cwd=ROOT, check=True, input=CONTRACT, text=True)
    frontend.lock()
    return 0
