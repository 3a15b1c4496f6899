"""Installs the Debian packages that the tests need and that are missing; `make test` calls it first.

`make demo` needs none of them; linli needs the fonts to print.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = ("postgresql-15", "chromium", "fonts-noto-cjk")


def missing() -> list[str]:
    """Those of PACKAGES that are not installed."""
    return [name for name in PACKAGES if not installed(name)]


def installed(name: str) -> bool:
    """Whether dpkg knows the package as installed."""
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f=${db:Status-Status}", name], capture_output=True, text=True, check=False
    )
    return answer.returncode == 0 and answer.stdout == "installed"


def install(names: list[str]) -> int:
    """Installs them as root or through sudo; the exit code, 1 with a sentence when that cannot be."""
    wanted = " ".join(names)
    if os.geteuid() == 0:
        prefix: list[str] = []
    elif (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        prefix = ["sudo"]
    else:
        print(f"The tests need {wanted}. You are neither root nor may you use sudo without a password; run once:")
        print(f"  sudo apt-get update && sudo apt-get install -y --no-install-recommends {wanted}")
        return 1
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    for command in (["update"], ["install", "-y", "--no-install-recommends", *names]):
        code = subprocess.run([*quiet, *command], check=False).returncode
        if code != 0:
            print(f"`apt-get {command[0]}` failed; the tests need {wanted}.")
            return code
    return 0


def main() -> int:
    """The command line."""
    if not shutil.which("dpkg-query"):
        print(f"This is no Debian; install what corresponds to {' '.join(PACKAGES)} yourself; the tests go on.")
        return 0
    names = missing()
    if not names:
        print(f"{', '.join(PACKAGES)}: installed.")
        return 0
    return install(names)


if __name__ == "__main__":
    sys.exit(main())
