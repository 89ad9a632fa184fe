"""The bill of materials (CycloneDX) of the Debian packages of the system that this runs on.

    dpkg-query -W -f '${Package} ${Version} ${Architecture}\\n' | python debian_bill.py OS-RELEASE

Run while the image is built; needs nothing but Python. The image keeps what it prints.
"""

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

_LINE = re.compile(r"([a-z0-9][a-z0-9.+-]+) (\S+) ([a-z0-9-]+)")
_FORMAT = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}


def distribution_in(release: str) -> str:
    """What os-release calls the system, like `debian-12`; empty where it does not say."""
    fields = dict(re.findall(r"^([A-Z_]+)=\"?([^\"\n]*)\"?$", release, re.M))
    id, version = fields.get("ID", ""), fields.get("VERSION_ID", "")
    return f"{id}-{version}" if id and version else ""


def components(lines: Iterable[str], distribution: str = "") -> list[dict[str, Any]]:
    """The packages as components, from lines with a name, a version and an architecture.

    Raises:
        ValueError: a line is none of these.
    """
    found = []
    for line in lines:
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise ValueError(f"no package, version and architecture: {line!r}")
        name, version, architecture = match.groups()
        more = f"&distro={distribution}" if distribution else ""
        # As https://github.com/package-url/purl-spec wants it: `+` would be a space.
        place = f"{quote(name)}@{quote(version, safe=':~')}"
        purl = f"pkg:deb/debian/{place}?arch={architecture}{more}"
        part = {"type": "library", "bom-ref": purl, "name": name, "version": version}
        found.append(part | {"purl": purl})
    return found


def main() -> None:
    """Reads dpkg-query's lines and prints the bill."""
    release = Path(sys.argv[1]).read_text("utf-8")
    print(json.dumps(_FORMAT | {"components": components(sys.stdin, distribution_in(release))}))


if __name__ == "__main__":
    main()
