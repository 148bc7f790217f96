"""Verify what a Hải Đăng desk published, with nothing but Python's standard library.

    python3 haidang_verify.py LOG.jsonl [--head HEAD.json]   an exported log, against heads kept elsewhere
    python3 haidang_verify.py TEXT.json [--key HEX]          a signed text; HEX is the key you trust

Exit code 0: all is as it was. 1: something was changed, cut, reordered or rolled back. 2: not such a file.
The form of the log is told in haidang/core/audit/chain.py; signatures are Ed25519 (RFC 8032, section 5.1).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)  # a square root of -1
Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, x*y = T/Z
CHAINED = ("act", "at", "before", "by", "number", "words")


def add(a: Point, b: Point) -> Point:
    """RFC 8032, 5.1.4."""
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    t, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = n - m, z - t, z + t, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, point)
        point, number = add(point, point), number >> 1
    return total


def same(a: Point, b: Point) -> bool:
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def read_point(told: bytes) -> Point | None:
    """RFC 8032, 5.1.3; None for what is no point."""
    y = int.from_bytes(told, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if len(told) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = read_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8032, 5.1.7."""
    public, r = read_point(key), read_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if public is None or r is None or BASE is None or len(signature) != 64 or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return same(times(s, BASE), add(r, times(k, public)))


def verify_signed(told: dict[str, Any]) -> bool:
    """A signed text as the desk publishes it: format, kind, text, key, signature."""
    try:
        message = f"haidang-signed-1 {told['kind']}\n{told['text']}".encode()
        return is_signed(bytes.fromhex(told["key"]), message, bytes.fromhex(told["signature"]))
    except (KeyError, TypeError, ValueError):
        return False


def canonical(value: Any) -> bytes:
    told = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return told.encode("utf-8", "surrogatepass")


def sha256(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def verify_log(lines: Iterator[str], kept: list[dict[str, Any]], key: str) -> tuple[list[str], str]:
    """What is wrong, in sentences; and what was read, in one."""
    wrong: list[str] = []
    first = json.loads(next(lines))
    heads: list[tuple[str, dict[str, Any]]] = [("a head kept elsewhere", head) for head in kept]
    digests, erased, erasures = bytearray(), {}, set()
    last, number = "0" * 64, 0
    for line in lines:
        told = json.loads(line)
        if told.get("format") == "haidang-signed-1":
            heads.append(("the published head", told))
            continue
        number += 1
        if told["number"] != number:
            wrong.append(f"entry {number} is missing: {told['number']} stands in its place")
            if number < told["number"] < number + 10**6:
                digests += bytes(32 * (told["number"] - number))
                number = told["number"]
        elif told["before"] != last:
            wrong.append(f"entry {number} does not follow the one before it")
        last = sha256({name: told[name] for name in CHAINED})
        digests += bytes.fromhex(last)
        if last != told["digest"]:
            wrong.append(f"entry {number} was changed")
        if "salt" in told:
            if sha256({name: told[name] for name in ("data", "salt", "what")}) != told["words"]:
                wrong.append(f"the words of entry {number} were changed")
        elif "erased_by" in told:
            erased[number] = told["erased_by"]
        elif first["words"]:
            wrong.append(f"the words of entry {number} are lost without an erasure")
        if told["act"] == "erase_words":
            erasures.add(number)
    wrong += [
        f"the words of {n} are lost without an erasure"
        for n, by in erased.items()
        if by not in erasures
    ]
    for name, head in heads:
        wrong += judge_head(name, head, digests, key or first["key"])
    return (
        wrong,
        f"{number} entries, {len(heads)} heads, {len(erased)} with erased words; the end is {last}",
    )


def judge_head(name: str, head: dict[str, Any], digests: bytearray, key: str) -> list[str]:
    """Signed by whom we trust, and as the log is now?"""
    told = json.loads(head["text"])
    number = told["number"]
    if head["key"] != key or head["kind"] != "head" or not verify_signed(head):
        return [f"{name} at {number} is not signed by the desk's key"]
    if number * 32 > len(digests):
        return [f"{name} is at {number}: the log was cut or put back to an older state"]
    if bytes(digests[number * 32 - 32 : number * 32]).hex() != told["digest"]:
        return [f"{name} at {number} tells another log"]
    return []


def read_heads(path: str | None) -> list[dict[str, Any]]:
    told = json.loads(Path(path).read_text(encoding="utf-8")) if path else []
    return list(told.get("heads", [told]) if isinstance(told, dict) else told)


def verify_file(path: str, head: str | None, key: str) -> int:
    with Path(path).open(encoding="utf-8") as file:
        line = file.readline()
        try:
            first = json.loads(line)
        except ValueError:
            first = json.loads(line + file.read())
        if first["format"] == "haidang-log-1":
            file.seek(0)
            wrong, told = verify_log(iter(file), read_heads(head), key)
        elif first["format"] == "haidang-signed-1":
            good = verify_signed(first) and key in {"", first["key"]}
            wrong = [] if good else ["this text was not signed by that key, or was changed"]
            told = f"signed by {first['key']}\n\n{first['text']}"
        else:
            raise ValueError("no format of ours")
    for sentence in wrong[:20]:
        print("WRONG:", sentence)
    print("WRONG:" if wrong else "GOOD:", f"{len(wrong)} faults;" if wrong else "", told)
    return 1 if wrong else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("file")
    parser.add_argument("--head", help="a head, a list of heads, or /audit.json, kept elsewhere")
    parser.add_argument("--key", default="", help="the desk's public key, in hex, from elsewhere")
    given = parser.parse_args()
    try:
        return verify_file(given.file, given.head, given.key.strip().lower())
    except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
        print(f"not a file of a Hải Đăng desk: {error!r}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
