"""Compares what this program takes for a safetensors file with what the reference reader does.

    pip install -r Tests/Goldens/requirements.txt
    python3 Tests/Goldens/compare_safetensors.py .build/run/release/pong [COUNT]

Both read a list of files that are right or wrong in one point, and COUNT (500) damaged ones, the same every time.
They must agree, but for the points in which Sources/Storage/SafeTensorsReading.swift says it is stricter. The tests
do not need it; run it after a change there.
"""

import json
import random
import struct
import subprocess
import sys
import tempfile
import unicodedata

from safetensors import deserialize

X = '"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'


def file(header, data=b"", length=None):
    header = header if isinstance(header, bytes) else header.encode()
    return struct.pack("<Q", len(header) if length is None else length) + header + data


def tensor(dtype='"U8"', shape="[2]", offsets="[0,2]", name='"x"', data=b"ab", more=""):
    return file('{%s:{"dtype":%s,"shape":%s,"data_offsets":%s%s}}' % (name, dtype, shape, offsets, more), data)


def two(first, second, data):
    part = '{"dtype":"U8","shape":[%d],"data_offsets":[%d,%d]}'
    return file('{"a":%s,"b":%s}' % (part % first, part % second), data)


FILES = [
    b"", b"\0" * 7, b"\0" * 8, file(""), file("{}"), file("{}   "), file("{}\n\t\r "), file("{}\0"), file(" {}"),
    file("{}", b"1"), file("{}", length=3), file("{}", length=2**64 - 1), file("{}", length=1), file("[]"),
    file("\ufeff{}"), file("{} {}"), file("{" + X + "}", b"1234"), file("{" + X + "}", b"123"),
    file("{" + X + "}", b"12345"), file("{" + X + ",}", b"1234"), file("{" + X + "," + X + "}", b"1234"),
    file("{" + X + ',"\\u0078":' + X[4:] + "}", b"1234"), file("{}" + " " * 99_999_998), file("{}" + " " * 99_999_999),
    file('{"__metadata__":{},' + X + "}", b"1234"), file('{"__metadata__":null,' + X + "}", b"1234"),
    file('{"__metadata__":{"a":"1","a":"2"}}'), file('{"__metadata__":{"a":1}}'), file('{"__metadata__":{"a":null}}'),
    file('{"__metadata__":[]}'), file('{"__metadata__":{},"__metadata__":{}}'), file('{"__metadata__":{"a":{}}}'),
    file('{"x":null}'), file('{"x":3}'), file('{"x":["U8",[2],[0,2]]}', b"ab"), file('{"x":{}}'),
    file('{"\u00e9":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"e\u0301":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}', b"ab"),
    tensor(), tensor(more=',"a":[{}]'), tensor(more=',"shape":[2]'), tensor(more=","), tensor(name="x"),
    tensor(name='"\\ud83c\\udfd3"'), tensor(name='"\\ud83c"'), tensor(name='"\\udfd3\\ud83c"'), tensor(name='"\\x"'),
    tensor(name='"\\u00"'), tensor(name='"\\/\\b\\f\\n\\r\\t\\"\\\\"'), tensor(name='"a\nb"'), tensor(name='""'),
    tensor(name='"\x7f"'), file(b'{"\xff":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', b"a"),
    file(b'{"\xed\xa0\x80":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', b"a"),
    tensor(shape="[2.0]"), tensor(shape="[2e0]"), tensor(shape="[02]"), tensor(shape="[-2]"), tensor(shape="[+2]"),
    tensor(shape="[true]"), tensor(shape='["2"]'), tensor(shape="[2,]"), tensor(shape="[2 1]"), tensor(shape="2"),
    tensor(shape="null"), tensor(shape="[[2]]"), tensor(shape="[1,2,1]"), tensor(shape="[3]"), tensor(shape="[]"),
    tensor(shape="[]", offsets="[0,1]", data=b"a"), tensor(shape="[-0]", offsets="[0,0]", data=b""),
    tensor(shape="[0]", offsets="[0,0]", data=b""), tensor(shape="[9223372036854775807,0]", offsets="[0,0]", data=b""),
    tensor(shape="[18446744073709551615,0]", offsets="[0,0]", data=b""),
    tensor(shape="[18446744073709551616,0]", offsets="[0,0]", data=b""),
    tensor(shape="[0,9223372036854775807,9]", offsets="[0,0]", data=b""),
    tensor(shape="[4294967296,4294967296]", offsets="[0,0]", data=b""),
    tensor(offsets="[0,2,2]"), tensor(offsets="[0]"), tensor(offsets="[2,0]"), tensor(offsets="[1,3]", data=b"abc"),
    tensor(offsets="[0,2]", data=b"abc"), tensor(offsets="[0,18446744073709551615]"), tensor(dtype='"u8"'),
    tensor(dtype="8"), tensor(dtype='"F4"', shape="[4]"), tensor(dtype='"F6_E2M3"', shape="[4]", offsets="[0,3]", data=b"abc"),
    two((2, 0, 2), (1, 2, 3), b"abc"), two((1, 2, 3), (2, 0, 2), b"abc"), two((2, 0, 2), (1, 1, 2), b"ab"),
    two((2, 0, 2), (2, 0, 2), b"ab"), two((1, 0, 1), (1, 2, 3), b"abc"), two((0, 0, 0), (2, 0, 2), b"ab"),
    two((0, 2, 2), (2, 0, 2), b"ab"), two((0, 1, 1), (2, 0, 2), b"ab"), two((0, 0, 0), (0, 0, 0), b""),
]
for word in (
    "BOOL U8 I8 F8_E5M2 F8_E4M3 F8_E8M0 F8_E4M3FNUZ F8_E5M2FNUZ I16 U16 F16 BF16 I32 U32 F32 C64 F64 I64 U64".split()
):
    for size in (1, 2, 4, 8):
        FILES.append(tensor(f'"{word}"', "[2]", f"[0,{2 * size}]", data=b"\0" * (2 * size)))


def damaged(count):
    """Files with one to three bytes of the header changed, taken out or put in."""
    generator = random.Random(1)
    base = [f for f in FILES if len(f) < 1000 and accepted_by_reference(f)]
    for _ in range(count):
        whole = generator.choice(base)
        length = struct.unpack("<Q", whole[:8])[0]
        header, data = bytearray(whole[8 : 8 + length]), whole[8 + length :]
        for _ in range(generator.randint(1, 3)):
            place = generator.randrange(len(header) + 1)
            byte = generator.choice(b'{}[]":,\\ 0129-.eE\x00\xff\nux')
            kind = generator.randrange(3)
            if kind == 0 and place < len(header):
                header[place] = byte
            elif kind == 1 and place < len(header):
                del header[place]
            else:
                header.insert(place, byte)
        yield file(bytes(header), data)


def accepted_by_reference(content):
    try:
        deserialize(content)
        return True
    except Exception:
        return False


def accepted_by_pong(program, content, path):
    with open(path, "wb") as out:
        out.write(content)
    run = subprocess.run([program, "model", "info", path], capture_output=True, text=True)
    assert run.returncode == 65 and run.stderr.count("\n") == 1, (run.returncode, run.stderr)
    # What is a safetensors file is told that it is no agent.
    return "found no agent (format " in run.stderr


class Duplicate(Exception):
    pass


def once(pairs):
    keys = [unicodedata.normalize("NFC", key) for key, _ in pairs]
    if len(set(keys)) < len(keys):
        raise Duplicate
    return dict(pairs)


def stricter(content):
    """Why this program may refuse what the reference takes; None for no reason."""
    length = struct.unpack("<Q", content[:8])[0]
    header = content[8 : 8 + length]
    if not header.startswith(b"{"):
        return "white space before {"
    try:
        tensors = json.loads(header, object_pairs_hook=once)
    except Duplicate:
        return "a key twice"
    if tensors.pop("__metadata__", {}) is None:
        return "metadata that is null"
    for info in tensors.values():
        if not isinstance(info, dict):
            return "a tensor described by a list"
        if set(info) != {"dtype", "shape", "data_offsets"}:
            return "a further field"
        if any(size >= 2**63 for size in info["shape"]):
            return "a dimension of 2^63 or more"
        if info["dtype"] in ("F4", "F6_E2M3", "F6_E3M2"):
            return "elements of less than a byte"
    return None


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 500
    totals, reasons, wrong = {True: 0, False: 0}, {}, 0
    with tempfile.NamedTemporaryFile() as temporary:
        for content in FILES + list(damaged(count)):
            theirs, ours = accepted_by_reference(content), accepted_by_pong(program, content, temporary.name)
            totals[ours] += 1
            if ours == theirs:
                continue
            reason = stricter(content) if theirs else None
            if reason is None:
                wrong += 1
                print(f"reference {'takes' if theirs else 'refuses'}, pong does not agree: {content[:300]!r}")
            else:
                reasons[reason] = reasons.get(reason, 0) + 1
    print(f"{totals[True]} files taken, {totals[False]} refused, {wrong} without agreement")
    for reason, number in sorted(reasons.items()):
        print(f"stricter: {reason}: {number}")
    sys.exit(1 if wrong else 0)


main()
