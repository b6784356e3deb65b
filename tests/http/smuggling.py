"""The table smuggling.txt against a listening server: once in one piece, once in small ones."""
import os
import re
import sys

from peer import Server, Tests, ends_clean, equal, get

FOLLOWING = get("/204")
SMALL_UNTIL = 700  # bytes that go one by one; what is behind them is the inside of something long


def expand(text):
    def times(m):
        return m.group(2) * int(m.group(1))
    text = re.sub(r"\{(\d+)\*([^}]*)\}", times, text)
    simple = {"r": "\r", "n": "\n", "t": "\t", "0": "\0", "\\": "\\"}

    def escape(m):
        return chr(int(m.group(2), 16)) if m.group(2) else simple[m.group(1)]
    return re.sub(r"\\(x([0-9a-fA-F]{2})|[rnt0\\])", escape, text).encode("latin-1")


def table(path):
    with open(path, encoding="ascii") as f:
        for line in f:
            line = line.rstrip("\n")
            if line and not line.startswith("#"):
                name, statuses, data = line.split(" | ", 2)
                yield name, [int(s) for s in statuses.split()], [expand(p) for p in data.split("<wait>")]


def send(client, data, small):
    try:
        if small:
            client.send_pieces(data[:SMALL_UNTIL], 1)
            client.send_pieces(data[SMALL_UNTIL:], 4001)
        else:
            client.send(data)
    except (BrokenPipeError, ConnectionResetError):
        pass  # refused before the end; what was answered is judged


def case(server, statuses, parts, small):
    with server.connect() as client:
        got = []
        parts = parts[:-1] + [parts[-1] + FOLLOWING]
        send(client, parts[0], small)
        if len(parts) > 1:
            got.append(client.answer().status)
            send(client, parts[1], small)
        refused = statuses[-1] >= 400
        while len(got) < len(statuses) + (not refused):
            answer = client.answer()
            if answer is None:
                got.append("end")
                break
            got.append(answer.status)
            if refused and answer.status >= 400:
                equal(answer.headers.get("connection"), ["close"])
        equal(got, statuses if refused else statuses + [204])
        if refused and not client.ended():
            raise AssertionError("the connection is open after a refusal, or says more: %r" % client.rest[:80])


def main(build, prefix):
    tests = Tests(prefix)
    server = Server(build, "per_address_max=100000")
    for name, statuses, parts in table(os.path.join(os.path.dirname(__file__), "smuggling.txt")):
        tests.run("smuggling_" + name, case, server, statuses, parts, False)
        tests.run("smuggling_" + name + "_in_pieces", case, server, statuses, parts, True)
    tests.run("smuggling_leaves_the_server_whole", ends_clean, server)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
