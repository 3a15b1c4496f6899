"""Looks at the committed files: none too long, none with an address of somebody's own machine; part of `make check`."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
LINES = 400

# Files of the package that may be longer, each with its reason.
LONG_FILES: dict[str, str] = {}

# Paths of build machines and home folders. /home/linli is the service account that docs/operations.md sets up.
MACHINE_PATH = re.compile(
    r"(?<![\w.:/-])(?:/(?:root|work|workspace|builds)/|/(?:home|Users)/(?!linli\b)\w|[A-Z]:\\Users\\)"
)
# Where packages may come from.
PUBLIC_HOSTS = frozenset({"pypi.org", "files.pythonhosted.org", "registry.npmjs.org"})
LOCK_FILES = {
    "uv.lock": re.compile(r'\b(?:registry|url|git|path) = "([^"]+)"'),
    "package-lock.json": re.compile(r'"resolved": "([^"]+)"'),
}
PRIVATE_INDEX = re.compile(r"(?:extra-index-url|index-url|find-links|registry)\s*=\s*[\"']?(\S+)", re.IGNORECASE)
CONFIGURATION = (".toml", ".ini", ".cfg", ".npmrc", "pip.conf")


def committed(root: Path = ROOT) -> list[str]:
    """The files that git keeps or would keep next, by path from the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        check=True,
        capture_output=True,
    ).stdout
    return sorted({name for name in listed.decode().split("\0") if name and (root / name).is_file()})


def too_long(name: str, text: str) -> Iterable[str]:
    """A finding when a module of the package is too long without a reason, or has a reason that it no longer needs."""
    if not (name.startswith("linli/") and name.endswith(".py")) or "/migrations/" in name:
        return
    lines = text.count("\n")
    if lines > LINES and name not in LONG_FILES:
        yield f"{name}: {lines} lines, {LINES} are the limit; look for the second thing that it does."
    if lines <= LINES and name in LONG_FILES:
        yield f"{name}: {lines} lines; take it out of LONG_FILES in tools/files_check.py."


def machine_paths(name: str, text: str, own: Iterable[str]) -> Iterable[str]:
    """A finding per line that names a path of a particular machine; `own` are the paths of this one."""
    for number, line in enumerate(text.splitlines(), 1):
        found = MACHINE_PATH.search(line)
        named = found.group() if found else next((path for path in own if path in line), None)
        if named:
            yield f"{name}:{number}: names a path of one machine ({named.strip()}…)."


def private_addresses(name: str, text: str) -> Iterable[str]:
    """A finding per address in lock and configuration files that is no public package index."""
    if Path(name).name in LOCK_FILES:
        addresses = LOCK_FILES[Path(name).name].findall(text)
    elif name.endswith(CONFIGURATION):
        addresses = PRIVATE_INDEX.findall(text)
    else:
        return
    for address in sorted({address for address in addresses if "/" in address}):
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or parts.hostname not in PUBLIC_HOSTS:
            yield f"{name}: {address} is no public package index."


def findings(root: Path = ROOT) -> list[str]:
    """Every finding in the committed files."""
    own = [f"{root}/"]
    found: list[str] = []
    for name in committed(root):
        content = (root / name).read_bytes()
        if b"\0" in content[:8000]:
            continue
        text = content.decode(errors="replace")
        found += [*too_long(name, text), *private_addresses(name, text)]
        if Path(name).name not in LOCK_FILES:
            found += machine_paths(name, text, own)
    return found


def main() -> int:
    """The command line."""
    found = findings()
    print("\n".join(found) or f"{len(committed())} files: none too long, no machine's paths, public indexes only.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
