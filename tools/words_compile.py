#!/usr/bin/env python3
"""Compiled message files (.mo, one a language) to C: enum msg and one table a language.

usage: words_compile.py --out-c FILE --out-h FILE id.mo en.mo   (in the order of enum lang)
Both files must have the same messages with the same {parameters}; a missing, empty or fuzzy one is an error."""

import argparse
import gettext
import re
import sys
import pathlib


def fail(why):
    print(f"words: {why}", file=sys.stderr)
    sys.exit(1)


def c_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--out-c", required=True)
    ap.add_argument("--out-h", required=True)
    ap.add_argument("mo", nargs="+")
    a = ap.parse_args()
    tables = []
    for path in a.mo:
        with open(path, "rb") as f:
            tables.append({k: v for k, v in gettext.GNUTranslations(f)._catalog.items() if k})
    keys = sorted(tables[0])
    for path, table in zip(a.mo[1:], tables[1:]):
        for only, where in ((set(keys) - set(table), path), (set(table) - set(keys), a.mo[0])):
            if only:
                fail(f"{where} has no {', '.join(sorted(only))}")
    for k in keys:
        if not re.match(r"^[a-z0-9_.]+$", k):
            fail(f"not an id: {k}")
        shapes = [sorted(set(re.findall(r"\{([^{}]*)\}", t[k]))) for t in tables]
        if any(s != shapes[0] for s in shapes):
            fail(f"{k}: the parameters differ: {shapes}")
        for name in shapes[0]:
            if not re.match(r"^[a-z_]+$", name):
                fail(f"{k}: not a parameter: {{{name}}}")
        for t in tables:
            if not t[k].strip() or t[k] != t[k].strip() or t[k].count("{") != t[k].count("}"):
                fail(f"{k}: empty, space at an end, or a brace that is not closed")
    h = ["/* Made from po/ by tools/words_compile.py. */", "#ifndef WORDS_TABLE_H", "#define WORDS_TABLE_H", "", "enum msg {"]
    h += [f"\tMSG_{re.sub('[^A-Z0-9]', '_', k.upper())}," for k in keys]
    h += ["\tMSG_COUNT,", "};", "", "#endif", ""]
    c = ["/* Made from po/ by tools/words_compile.py. */", '#include "web/words.h"', "",
         "const char *const words_ids[MSG_COUNT] = {"] + [f"\t{c_string(k)}," for k in keys] + ["};", "",
         "const struct str words_table[LANG_COUNT][MSG_COUNT] = {"]
    for t in tables:
        c.append("\t{")
        c += [f"\t\t{{{c_string(t[k])}, {len(t[k].encode())}}}," for k in keys]
        c.append("\t},")
    c += ["};", ""]
    pathlib.Path(a.out_h).write_text("\n".join(h), encoding="utf-8")
    pathlib.Path(a.out_c).write_text("\n".join(c), encoding="utf-8")


if __name__ == "__main__":
    main()
