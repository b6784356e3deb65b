#!/usr/bin/env python3
"""Puts the numbered migrations into the program: embed_sql.py OUT.h FILE.sql ...

Each number has a shared file and one for SQLite behind it. In SQLite an id is the row's own number only when its
column is declared INTEGER PRIMARY KEY to the letter, so that BIGINT is written so on the way in: one tree less to
walk for every look-up by id.
"""
import os
import re
import sys


def c_text(sql):
    sql = re.sub(r"^\s*--.*\n", "", sql, flags=re.M)
    sql = re.sub(r"\bBIGINT PRIMARY KEY\b", "INTEGER PRIMARY KEY", sql)
    sql = sql.replace("\\", "\\\\").replace('"', '\\"')
    return "\n".join('\t"%s\\n"' % line for line in sql.split("\n") if line.strip())


def main(out, files):
    numbers = {}
    for file in files:
        number = int(re.match(r"(\d{4})_", os.path.basename(file)).group(1))
        own = os.path.basename(os.path.dirname(file)) == "sqlite"
        with open(file, encoding="utf-8") as f:
            numbers.setdefault(number, {})[own] = f.read()
    wanted = list(range(1, len(numbers) + 1))
    if sorted(numbers) != wanted or any(False not in n for n in numbers.values()):
        sys.exit("embed_sql: migrations are numbered from 0001 without a gap, each with its shared file")
    with open(out, "w", encoding="utf-8") as f:
        f.write("/* Made by tools/embed_sql.py from sql/. */\n#include <stddef.h>\n\n")
        f.write("static const char *const migrations[] = {\n\tNULL, /* numbers begin at 1 */\n")
        for number in wanted:
            f.write("\t/* %04d */\n%s\n" % (number, c_text(numbers[number][False] + "\n" + numbers[number].get(True, ""))))
            f.write("\t,\n")
        f.write("};\n")


main(sys.argv[1], sys.argv[2:])
