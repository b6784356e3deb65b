#!/usr/bin/env python3
"""Turns the files of one folder into a C table (src/web/files.h) at build time.

    files_embed.py FOLDER TABLE.c NAMES.h NAMES.txt DEPFILE

Every file `app.css` becomes `/static/app.HASH.css`, HASH being the first eight hex digits of the SHA-256 of its
content, with its gzip and brotli forms where these save bytes. NAMES.h holds `#define FILE_APP_CSS "/static/..."`,
NAMES.txt the lines `app.css /static/app.HASH.css` for other generators. Sub-folders keep their place:
`kunci/main.js` is `/static/kunci/main.HASH.js` and FILE_KUNCI_MAIN_JS. A folder that is not there is an empty table.
Scripts lose their remarks and indentation. A file of a type that is not in the list below, or whose name has other letters than a-z 0-9 . _ -, is an error.
"""
import gzip
import hashlib
import pathlib
import re
import subprocess
import sys

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".ogg": "audio/ogg",
}
PACKED = {".png", ".woff2", ".ogg"}  # packed already


def slim(text):
    """A script without its remarks and indentation. Only lines that are a remark, and `/** types */`, are taken out; a
    script with a template literal stays as it is, because its line breaks may count."""
    if "`" in text:
        return text
    text = re.sub(r"/\*\*(?:[^*]|\*(?!/))*\*/ ?", "", text)
    lines = (line.strip() for line in text.splitlines())
    return "".join(line + "\n" for line in lines if line and not line.startswith("//"))


def brotli(data):
    return subprocess.run(["brotli", "--best", "--stdout", "-"], input=data, stdout=subprocess.PIPE, check=True).stdout


def c_bytes(name, data):
    lines = [f"static const unsigned char {name}[] = {{"]
    for i in range(0, len(data), 24):
        lines.append("\t" + ",".join(str(b) for b in data[i:i + 24]) + ",")
    if not data:
        lines.append("\t0,")
    lines.append("};")
    return "\n".join(lines)


def c_str(name, data):
    return f"{{(const char *){name}, {len(data)}}}" if data is not None else "{0, 0}"


def find(folder):
    return sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")) if folder.is_dir() else []


def main():
    folder, table_c, names_h, names_txt, depfile = map(pathlib.Path, sys.argv[1:6])
    blobs, rows, defines, names = [], [], [], []
    paths = find(folder)
    for i, path in enumerate(paths):
        inside = path.relative_to(folder).as_posix()
        if path.suffix not in TYPES or not re.fullmatch(r"[a-z0-9_/.-]+", inside):
            sys.exit(f"{path}: files_embed.py does not know this type or this name")
        data = path.read_bytes()
        if path.suffix in (".js", ".mjs"):
            data = slim(data.decode("utf-8")).encode("utf-8")
        hashed = f"/static/{inside[:-len(path.suffix)]}.{hashlib.sha256(data).hexdigest()[:8]}{path.suffix}"
        forms = {"plain": data, "gzip": None, "brotli": None}
        if path.suffix not in PACKED:
            for form, packed in (("gzip", gzip.compress(data, 9, mtime=0)), ("brotli", brotli(data))):
                if len(packed) < len(data):
                    forms[form] = packed
        for form, content in forms.items():
            if content is not None:
                blobs.append(c_bytes(f"{form}_{i}", content))
        rows.append(f'\t{{"{hashed}", "{TYPES[path.suffix]}",\n\t ' +
                    ", ".join(c_str(f"{form}_{i}", content) for form, content in forms.items()) + "},")
        defines.append(f'#define FILE_{re.sub("[^A-Z0-9]", "_", inside.upper())} "{hashed}"')
        names.append(f"{inside} {hashed}")
    rows.append("\t{0, 0, {0, 0}, {0, 0}, {0, 0}},")
    table_c.write_text('#include "web/files.h"\n\n' + "\n".join(blobs) + "\n\nconst struct file files_table[] = {\n" +
                       "\n".join(rows) + f"\n}};\nconst size_t files_count = {len(paths)};\n")
    names_h.write_text("#ifndef FILES_NAMES_H\n#define FILES_NAMES_H\n\n" + "\n".join(defines) + "\n\n#endif\n")
    names_txt.write_text("".join(n + "\n" for n in names))
    folders = sorted({folder, *(p.parent for p in paths)}) if folder.is_dir() else []
    depfile.write_text(f"{table_c}: " + " ".join(str(p).replace(" ", "\\ ") for p in [*folders, *paths]) + "\n")


main()
