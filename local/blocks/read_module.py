"""Prints a Terraform module as JSON: its blocks as python-hcl2 reads them, those of all files together. Usage: read_module.py <folder>"""

import json
import pathlib
import sys

import hcl2


def main(folder: pathlib.Path) -> None:
    files = sorted(folder.glob("*.tf"))
    if not files:
        raise SystemExit(f"{folder} has no .tf file")
    blocks: dict[str, list] = {}
    for file in files:
        with file.open(encoding="utf-8") as opened:
            for kind, found in hcl2.load(opened).items():
                if isinstance(found, list):
                    blocks.setdefault(kind, []).extend(found)
    json.dump(blocks, sys.stdout)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
