#!/usr/bin/env python3
"""Compiles pages/*.html into C: one struct and one render function a page. pages/README.md tells how a
template is written; this file holds it to that. Whatever it cannot prove to be escaped is an error."""

import argparse
import gettext
import pathlib
import re
import sys

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
BLOCK = {"html", "head", "body", "title", "main", "header", "footer", "nav", "section", "article", "aside", "div", "p", "h1", "h2",
         "h3", "ul", "ol", "li", "dl", "dt", "dd", "form", "fieldset", "legend", "details", "summary", "table", "tr", "td", "th", "option", "select"}
URL_ATTRIBUTES = {"href", "src", "action", "formaction", "cite", "poster"}
REFUSED_ATTRIBUTES = re.compile(r"^(on.*|style|srcdoc|srcset|ping|background|data|xlink:.*)$")
TYPES = {"str": "struct str", "url": "struct str", "data": "struct str", "flag": "bool", "num": "int64_t"}
NAME = re.compile(r"^(?!(?:auto|break|case|char|const|continue|default|do|double|else|enum|extern|float|for|goto|if|inline|int|long|"
                  r"register|restrict|return|short|signed|sizeof|static|struct|switch|typedef|union|unsigned|void|volatile|while)$)"
                  r"[a-z][a-z0-9_]*$")
TOKEN = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.S)


class Fault(Exception):
    pass


def message_name(ident):
    return "MSG_" + re.sub(r"[^A-Z0-9]", "_", ident.upper())


def c_string(text):
    out = []
    for ch in text:
        out.append({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}.get(ch, ch))
    return '"' + "".join(out) + '"'


# ---- reading ---------------------------------------------------------------------------------------


class Node:
    def __init__(self, kind, line, **more):
        self.kind, self.line = kind, line
        self.__dict__.update(more)


class Reader:
    """Text to tokens; parts are taken in here, so that the rest sees one text."""

    def __init__(self, folder):
        self.folder = folder
        self.read = []

    def tokens(self, path, depth=0):
        if depth > 4:
            raise Fault(f"{path}:1: includes go too deep")
        self.read.append(path)
        text = squeeze(path.read_text(encoding="utf-8"))
        line = 1
        for piece in TOKEN.split(text):
            here = line
            line += piece.count("\n") + piece.count("\v")
            piece = piece.replace("\v", "")
            if piece.startswith("{#") or not piece:
                continue
            if piece.startswith("{%"):
                words = piece[2:-2].split()
                if not words:
                    raise Fault(f"{path}:{here}: empty directive")
                if words[0] == "include":
                    part = self.folder / "parts" / (words[1] + ".html") if len(words) == 2 else None
                    if part is None or not part.exists():
                        raise Fault(f"{path}:{here}: no such part: {' '.join(words[1:])}")
                    yield from self.tokens(part, depth + 1)
                else:
                    yield (path, here, "do", words, piece[2:-2].strip())
            elif piece.startswith("{{"):
                yield (path, here, "put", piece[2:-2].strip(), "")
            else:
                if "{{" in piece or "{%" in piece or "%}" in piece or "}}" in piece:
                    raise Fault(f"{path}:{here}: a brace is not closed")
                yield (path, here, "lit", piece, "")


def squeeze(text):
    """A line break between two tags or directives vanishes; other white space becomes one space. A vertical
    tab stands for each removed line, so that faults still name the right one."""

    def gone(m):
        return "\v" * m.group(0).count("\n")

    # {% t %} is text: it keeps the space around it.
    text = re.sub(r"\{%\s*t\s(.*?)%\}", lambda m: "{%\x01" + m.group(1) + "%\x02}", text, flags=re.S)
    text = re.sub(r"(?:(?<=>)|(?<=%\}))[ \t\v]*\n\s*(?=<|\{%(?!\x01)|\{#)", gone, text)
    text = re.sub(r"(?<=%\})[ \t]*\n\s*$", gone, text)
    for tag in BLOCK:
        text = re.sub(r"(<%s(?:\s[^<>{}]*)?>)(\s+)" % tag, lambda m: m.group(1) + gone(m), text)
        text = re.sub(r"(\s+)(</%s>)" % tag, lambda m: gone(m) + m.group(2), text)
    text = re.sub(r"\s*\n\s*|[ \t]{2,}", lambda m: (" " + gone(m)) if not set(m.group(0)) <= {"\v"} else m.group(0), text)
    return text.replace("{%\x01", "{% t ").replace("%\x02}", "%}").strip(" \v")


class Template:
    def __init__(self, path, reader, structs, messages):
        self.path, self.structs, self.messages = path, structs, messages
        self.name = None
        self.fields = {}
        self.title, self.body = None, []
        self.where = path
        self.parse(list(reader.tokens(path)))

    def fault(self, token, why):
        raise Fault(f"{token[0]}:{token[1]}: {why}")

    def declare(self, token, name, kind):
        if not NAME.match(name):
            self.fault(token, f"not a name: {name}")
        if self.fields.get(name, kind) != kind:
            self.fault(token, f"{name} was declared with another type")
        self.fields[name] = kind

    def declare_list(self, token, text):
        m = re.match(r"^(list|struct)\s+([a-z][a-z0-9_]*)\s*:\s*(.+)$", text, re.S)
        if not m:
            self.fault(token, "write: list NAME: TYPE FIELD, TYPE FIELD ... or: list NAME: STRUCT")
        how, name, rest = m.groups()
        if how == "list" and " " not in rest.strip():
            if rest.strip() not in self.structs:
                self.fault(token, f"no such struct: {rest.strip()}")
            return self.declare(token, name, ("list", rest.strip()))
        members = {}
        for item in rest.split(","):
            pair = item.split()
            if len(pair) != 2 or pair[0] not in TYPES or not NAME.match(pair[1]):
                self.fault(token, f"not TYPE FIELD: {item.strip()}")
            members[pair[1]] = pair[0]
        struct = name if how == "struct" else f"{self.name}_{name}"
        if self.structs.get(struct, members) != members:
            self.fault(token, f"struct {struct} was declared otherwise before")
        self.structs[struct] = members
        if how == "list":
            self.declare(token, name, ("list", struct))
        return None

    def parse(self, tokens):
        stack = [("top", self.body)]
        for token in tokens:
            kind, what, text = token[2], token[3], token[4]
            out = stack[-1][1]
            if kind == "lit":
                out.append(Node("lit", token, text=what))
                continue
            if kind == "put":
                out.append(Node("put", token, name=what))
                continue
            word = what[0]
            if word in ("page", "frame") and len(what) == (2 if word == "page" else 1):
                if self.name:
                    self.fault(token, "a second name")
                self.name = what[1] if word == "page" else "frame"
                if not NAME.match(self.name):
                    self.fault(token, f"not a name: {self.name}")
            elif not self.name:
                self.fault(token, "the first directive is {% page NAME %}")
            elif word in TYPES and len(what) == 2:
                self.declare(token, what[1], word)
            elif word in ("list", "struct"):
                self.declare_list(token, text)
            elif word == "t" and len(what) >= 2:
                out.append(Node("t", token, ident=what[1], params=self.params(token, what[2:])))
            elif word == "slot" and len(what) == 2:
                out.append(Node("slot", token, name=what[1]))
            elif word == "style" and len(what) == 1:
                out.append(Node("style", token))
            elif word == "title" and len(what) == 1:
                if self.title is not None or len(stack) != 1:
                    self.fault(token, "one title, not inside anything")
                self.title = []
                stack.append(("title", self.title))
            elif word == "if":
                node = Node("if", token, test=what[1:], yes=[], no=[])
                out.append(node)
                stack.append(("if", node.yes, node))
            elif word == "else" and len(what) == 1:
                if stack[-1][0] != "if":
                    self.fault(token, "else without if")
                node = stack.pop()[2]
                stack.append(("else", node.no, node))
            elif word == "for" and len(what) == 4 and what[2] == "in":
                node = Node("for", token, var=what[1], over=what[3], body=[])
                out.append(node)
                stack.append(("for", node.body))
            elif word == "end" and len(what) == 1:
                if len(stack) == 1:
                    self.fault(token, "end without a beginning")
                stack.pop()
            else:
                self.fault(token, f"no such directive: {text}")
        if len(stack) != 1:
            raise Fault(f"{self.path}: {stack[-1][0]} is not ended")
        if not self.name:
            raise Fault(f"{self.path}: no {{% page NAME %}}")

    def params(self, token, words):
        found = {}
        for w in words:
            name, eq, value = w.partition("=")
            if not eq or not NAME.match(name):
                self.fault(token, f"not NAME=FIELD: {w}")
            found[name] = value
        return found


# ---- checking: where in the HTML does a value stand? -------------------------------------------------


class Place:
    """The HTML state behind what was read so far. Two branches must end where they began."""

    def __init__(self):
        self.mode, self.tag, self.attr, self.value, self.quote = "text", "", "", "", ""
        self.stack = ()
        self.tight = False  # a branch ended in a bare attribute: space or '>' must follow

    def copy(self):
        other = Place()
        other.__dict__.update(self.__dict__)
        return other

    def same(self, other):
        keys = ("mode", "tag", "stack", "attr") if self.mode in ("value",) else ("mode", "stack")
        return all(getattr(self, k) == getattr(other, k) for k in keys)


class Checker:
    def __init__(self, template):
        self.t = template
        self.ids, self.refs = set(), []
        self.csrf = None

    def literal(self, place, token, text):
        for ch in text:
            self.step(place, token, ch)

    def step(self, p, token, ch):
        mode = p.mode
        if mode == "text":
            if ch == "<":
                p.mode, p.tag = "open", ""
        elif mode == "open":
            if ch == "!" and not p.tag:
                p.mode = "bang"
            elif ch.isalnum() or (ch == "/" and not p.tag):
                p.tag += ch
            elif ch in " >" or ch == "/":
                self.tag_named(p, token)
                p.mode = "in"
                if ch == ">":
                    self.tag_done(p)
            else:
                self.t.fault(token, f"not a tag: <{p.tag}{ch}")
        elif mode == "bang":
            if ch == ">":
                p.mode = "text"
        elif mode == "in":
            if p.tight and ch not in " >":
                self.t.fault(token, "a space is missing behind the branch")
            p.tight = False
            if ch == ">":
                self.tag_done(p)
            elif ch not in " /":
                p.mode, p.attr = "name", ch
        elif mode == "name":
            if ch == "=":
                p.mode = "before"
            elif ch in " >":
                self.attribute(p, token, p.attr, "")
                p.mode = "in"
                if ch == ">":
                    self.tag_done(p)
            else:
                p.attr += ch
        elif mode == "before":
            if ch != '"':
                self.t.fault(token, f"{p.attr}= wants double quotes")
            p.mode, p.value = "value", ""
        elif mode == "value":
            if ch == '"':
                self.attribute(p, token, p.attr, p.value)
                p.mode = "in"
            else:
                p.value += ch

    def tag_named(self, p, token):
        tag = p.tag
        if tag != tag.lower() or tag.lstrip("/") in ("script", "style", "iframe", "object", "svg", "math") and self.t.name != "frame":
            self.t.fault(token, f"<{tag}> is not for templates")
        if tag.startswith("/"):
            if not p.stack or p.stack[-1] != tag[1:]:
                self.t.fault(token, f"<{tag}> closes nothing; open: {' '.join(p.stack) or 'nothing'}")
        elif tag == "form":
            self.csrf = [token, False, False]

    def tag_done(self, p):
        p.mode = "text"
        if p.tag.startswith("/"):
            p.stack = p.stack[:-1]
            if p.tag == "/form" and self.csrf and self.csrf[1] and not self.csrf[2]:
                self.t.fault(self.csrf[0], "a form with method post and no csrf field: {% include csrf %}")
        elif p.tag not in VOID:
            p.stack = p.stack + (p.tag,)

    def attribute(self, p, token, name, value):
        if name != name.lower() or REFUSED_ATTRIBUTES.match(name):
            self.t.fault(token, f"attribute {name} is not for templates")
        if p.tag == "form" and name == "method" and value == "post":
            self.csrf[1] = True
        if name == "name" and value == "csrf" and self.csrf:
            self.csrf[2] = True
        if name == "id":
            self.ids.add(value)
        if name in ("for", "aria-describedby", "aria-labelledby", "form"):
            self.refs += [(token, name, v) for v in value.split() if "\0" not in v]
        if name in URL_ATTRIBUTES and value != "data:," and value.lower().lstrip().startswith(("javascript", "data:", "vbscript")):
            self.t.fault(token, f"{name} with {value[:20]}")

    def branch_end(self, place, token):
        """`{% if x %}checked{% end %}`: the attribute is whole although nothing follows it inside the branch."""
        if place.mode == "name":
            self.attribute(place, token, place.attr, "")
            place.mode, place.tight = "in", True

    def hole(self, place, token, kind, raw=False):
        """How is a value of this type written here? Returns the name of the C function."""
        if place.mode == "text":
            if kind in ("data", "url") and raw is False and kind == "data":
                self.t.fault(token, "data stands in src only")
            return "html_num" if kind == "num" else "html_text"
        if place.mode != "value":
            self.t.fault(token, "a value stands in text or in a quoted attribute")
        how = "html_num" if kind == "num" else "html_text"
        if place.attr in URL_ATTRIBUTES:
            if kind == "data" and place.attr == "src" and not place.value:
                how = "html_data"
            elif kind == "url" and not place.value:
                how = "html_url"
            elif kind in ("str", "num") and "?" in place.value:
                how = "html_num" if kind == "num" else "html_part"
            else:
                self.t.fault(token, f"{place.attr} takes a url field alone, or a str behind '?'")
        elif kind == "data":
            self.t.fault(token, "data stands in src only")
        place.value += "\0"
        return how

    def finish(self, place):
        if place.mode != "text" or place.stack:
            raise Fault(f"{self.t.path}: not closed: {' '.join(place.stack) or place.mode}")
        for token, name, ident in self.refs:
            if ident not in self.ids:
                self.t.fault(token, f'{name}="{ident}" points to no id of this page')


# ---- writing -----------------------------------------------------------------------------------------


class Writer:
    def __init__(self, template, frame_fields):
        self.t, self.frame = template, frame_fields
        self.check = Checker(template)
        self.lines, self.pending = [], ""
        self.vars = {}
        self.depth = 1
        self.own = "f" if template.name == "frame" else "p"

    def emit(self, line):
        self.flush()
        self.lines.append("\t" * self.depth + line)

    def flush(self):
        text, self.pending = self.pending, ""
        while text:
            cut = text[:1500]
            self.lines.append("\t" * self.depth + f"buf_add(b, S({c_string(cut)}));")
            text = text[1500:]

    def find(self, token, name):
        """'x', 'frame.x' or 'item.x' to (type, C expression)."""
        head, dot, tail = name.partition(".")
        if dot and head in self.vars:
            members = self.t.structs[self.vars[head]]
            if tail in members:
                return members[tail], f"it_{head}->{tail}"
        elif dot and head == "frame" and tail in self.frame:
            return self.frame[tail], f"f->{tail}"
        elif not dot and name in self.t.fields:
            return self.t.fields[name], f"{self.own}->{name}"
        self.t.fault(token, f"no such field: {name}")
        return None

    def test(self, token, words):
        out, want = [], True
        for w in words:
            if w in ("and", "or"):
                out.append("&&" if w == "and" else "||")
                want = True
            elif w == "not":
                out.append("!")
            else:
                if not want:
                    self.t.fault(token, f"not a condition: {' '.join(words)}")
                kind, expr = self.find(token, w)
                if isinstance(kind, tuple):
                    head, tail = expr.rsplit("->", 1)
                    expr = f"{head}->n_{tail} > 0"
                elif kind == "num":
                    expr = f"{expr} != 0"
                elif kind != "flag":
                    expr = f"{expr}.len > 0"
                out.append(f"({expr})")
                want = False
        if want or not words or ("&&" in out and "||" in out):
            self.t.fault(token, f"not a condition (and together with or is refused): {' '.join(words)}")
        return " ".join(out).replace("! ", "!")

    def message(self, place, node):
        if node.ident not in self.t.messages:
            self.t.fault(node.line, f"no such message: {node.ident}")
        wanted = set(re.findall(r"\{([a-z_]+)\}", self.t.messages[node.ident]))
        if wanted != set(node.params):
            self.t.fault(node.line, f"{node.ident} wants the parameters {sorted(wanted)}")
        if self.check.hole(place, node.line, "str") != "html_text":
            self.t.fault(node.line, "a message is not an address")
        cells = []
        for name, value in sorted(node.params.items()):
            kind, expr = self.find(node.line, value)
            if kind == "num":
                cells.append(f'{{"{name}", STR_NONE, {expr}, true}}')
            elif kind in ("str", "url"):
                cells.append(f'{{"{name}", {expr}, 0, false}}')
            else:
                self.t.fault(node.line, f"{value} is no str or num")
        args = f"(const struct word[]){{{', '.join(cells)}}}, {len(cells)}" if cells else "NULL, 0"
        self.emit(f"words_html(b, f->lang, {message_name(node.ident)}, {args});")

    def nodes(self, nodes, place):
        for node in nodes:
            if node.kind == "lit":
                self.check.literal(place, node.line, node.text)
                self.pending += node.text
            elif node.kind == "put":
                kind, expr = self.find(node.line, node.name)
                if kind == "flag" or isinstance(kind, tuple):
                    self.t.fault(node.line, f"{node.name} is not a text")
                self.emit(f"{self.check.hole(place, node.line, kind)}(b, {expr});")
            elif node.kind == "t":
                self.message(place, node)
            elif node.kind == "style":
                if self.t.name != "frame":
                    self.t.fault(node.line, "the style stands in the frame")
                self.emit('buf_add(b, S("<style>"));')
                self.emit("buf_add(b, more ? page_style_full : page_style_all);")
                self.emit('buf_add(b, S("</style>"));')
            elif node.kind == "if":
                self.emit(f"if ({self.test(node.line, node.test)}) {{")
                one, two = place.copy(), place.copy()
                self.block(node.yes, one)
                if node.no:
                    self.emit("} else {")
                    self.block(node.no, two)
                self.emit("}")
                for branch in (one, two):
                    self.check.branch_end(branch, node.line)
                place.tight = one.tight or two.tight
                if not one.same(place) or not two.same(place):
                    self.t.fault(node.line, "a branch must close what it opens")
                if place.mode == "value":
                    place.value += "\0"
            elif node.kind == "for":
                kind, expr = self.find(node.line, node.over)
                if not isinstance(kind, tuple):
                    self.t.fault(node.line, f"{node.over} is not a list")
                if node.var in self.vars or node.var == "frame" or not NAME.match(node.var):
                    self.t.fault(node.line, f"{node.var} is in use")
                head, tail = expr.rsplit("->", 1)
                i = f"i_{node.var}"
                self.emit(f"for (size_t {i} = 0; {i} < {head}->n_{tail}; {i}++) {{")
                self.depth += 1
                self.emit(f"const struct page_{kind[1]} *it_{node.var} = &{expr}[{i}];")
                self.depth -= 1
                self.vars[node.var] = kind[1]
                inner = place.copy()
                self.block(node.body, inner)
                del self.vars[node.var]
                self.emit("}")
                if not inner.same(place):
                    self.t.fault(node.line, "a loop must close what it opens")
            else:
                self.t.fault(node.line, f"{node.kind} does not belong here")

    def block(self, nodes, place):
        self.flush()
        self.depth += 1
        self.nodes(nodes, place)
        self.flush()
        self.depth -= 1


def struct_lines(name, fields):
    out = [f"struct page_{name} {{"]
    for field, kind in fields.items():
        if isinstance(kind, tuple):
            out += [f"\tconst struct page_{kind[1]} *{field};", f"\tsize_t n_{field};"]
        else:
            out.append(f"\t{TYPES[kind]} {field};")
    if name == "frame":
        out.append("\tenum lang lang;")
    if len(out) == 1:
        out.append("\tchar nothing;")
    return out + ["};"]


def frame_source(frame):
    """The frame is cut at its slots into functions frame_0, frame_1 ..."""
    writer = Writer(frame, frame.fields)
    place, pieces, slots = Place(), [], []
    for node in frame.body + [None]:
        if node is None or node.kind == "slot":
            writer.flush()
            pieces.append(writer.lines)
            writer.lines = []
            if node is not None:
                slots.append(node.name)
                if place.mode not in ("text",):
                    frame.fault(node.line, "a slot stands in text")
        else:
            writer.nodes([node], place)
    writer.check.refs = []
    writer.check.finish(place)
    if slots != ["title", "body"]:
        raise Fault(f"{frame.path}: the slots are title, then body")
    out = []
    for i, lines in enumerate(pieces):
        out += [f"static void frame_{i}(struct buf *b, const struct page_frame *f, bool more)", "{", "\t(void)f;", "\t(void)more;", *lines, "}", ""]
    return out


def classes_in(nodes):
    """The classes that a page's own text may have, whichever way its branches go."""
    found = set()
    for node in nodes:
        for words in re.findall(r'class="([^"]*)', getattr(node, "text", "")):
            found.update(words.split())
        for inside in ("yes", "no", "body"):
            found |= classes_in(getattr(node, inside, []))
    return found


def page_source(page, frame, more_classes):
    if page.title is None:
        raise Fault(f"{page.path}: no title")
    title = Writer(page, frame.fields)
    place = Place()
    title.nodes(page.title, place)
    title.flush()
    title.check.finish(place)
    body = Writer(page, frame.fields)
    place = Place()
    body.nodes(page.body, place)
    body.flush()
    body.check.finish(place)
    return [f"void page_{page.name}_render(struct buf *b, const struct page_frame *f, const struct page_{page.name} *p)", "{",
            "\t(void)p;", f"\tconst bool more = {'true' if classes_in(page.body) & more_classes else 'false'};",
            "\tframe_0(b, f, more);", *title.lines, "\tframe_1(b, f, more);", *body.lines, "\tframe_2(b, f, more);", "}", ""]


def minify_css(text):
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,]) ?", r"\1", text)
    text = re.sub(r": (?=[^{}]*[;}])", ":", text)
    return text.replace(";}", "}").strip()


def css_classes(text):
    return set(re.findall(r"\.([a-z][a-z-]*)", re.sub(r"\{[^{}]*\}", "{}", text)))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--pages", required=True, type=pathlib.Path)
    ap.add_argument("--words", required=True, help="a compiled message file (.mo): which messages there are")
    ap.add_argument("--out-c", required=True)
    ap.add_argument("--out-h", required=True)
    ap.add_argument("--depfile", required=True)
    a = ap.parse_args()
    with open(a.words, "rb") as mo:
        messages = {k: v for k, v in gettext.GNUTranslations(mo)._catalog.items() if k}
    structs = {}
    reader = Reader(a.pages)
    frame = Template(a.pages / "frame.html", reader, structs, messages)
    pages = [Template(p, reader, structs, messages) for p in sorted(a.pages.glob("*.html")) if p.name != "frame.html"]
    for p in pages:
        if p.name != p.path.stem.replace("-", "_"):
            raise Fault(f"{p.path}: is named {p.name}")
    styles = {}
    for name in ("style", "style_more"):
        path = a.pages / f"{name}.css"
        styles[name] = minify_css(path.read_text(encoding="utf-8"))
        reader.read.append(path)
    more_classes = css_classes(styles["style_more"]) - css_classes(styles["style"])

    h = ["/* Made from pages/ by tools/pages_compile.py. */", "#ifndef PAGES_H", "#define PAGES_H", "",
         '#include "base/buf.h"', '#include "base/clock.h"', '#include "web/words.h"', "",
         "/* The style sheets as they are compiled in (style.css; style_more.css), and as they are sent, the organisation's",
         " * colour behind them: the first alone, and both, for the pages that have a class of the second. */",
         "extern const struct str page_style, page_style_more;", "extern struct str page_style_all, page_style_full;", ""]
    for name, members in structs.items():
        h += struct_lines(name, members) + [""]
    for t in [frame] + pages:
        h += struct_lines(t.name, t.fields) + [""]
    for p in pages:
        h.append(f"void page_{p.name}_render(struct buf *b, const struct page_frame *f, const struct page_{p.name} *p);")
    h += ["", "#endif", ""]

    c = ["/* Made from pages/ by tools/pages_compile.py. */", '#include "pages.h"', "", '#include "web/html.h"', ""]
    for name, style in styles.items():
        c.append(f"const struct str page_{name} = {{")
        c += ["\t" + c_string(style[i:i + 1500]) for i in range(0, len(style), 1500)]
        c[-1] += f", {len(style.encode())},"
        c += ["};", ""]
    c += frame_source(frame)
    for p in pages:
        c += page_source(p, frame, more_classes)
    pathlib.Path(a.out_c).write_text("\n".join(c), encoding="utf-8")
    pathlib.Path(a.out_h).write_text("\n".join(h), encoding="utf-8")
    pathlib.Path(a.depfile).write_text(f"{a.out_c} {a.out_h}: {' '.join(sorted(str(p) for p in reader.read))}\n")


if __name__ == "__main__":
    try:
        main()
    except Fault as e:
        print(f"pages: {e}", file=sys.stderr)
        sys.exit(1)
