#!/usr/bin/env python3
"""What the compilers of templates and words refuse, and that every message is used.

usage: test_pages_compile.py ROOT MO   (the project's root, a compiled message file)"""

import pathlib
import re
import sys
import tempfile
import unittest

ROOT, MO = pathlib.Path(sys.argv[1]), sys.argv[2]
sys.path.insert(0, str(ROOT / "tools"))
import gettext  # noqa: E402

import pages_compile as pc  # noqa: E402

with open(MO, "rb") as mo:
    MESSAGES = {k: v for k, v in gettext.GNUTranslations(mo)._catalog.items() if k}
HEAD = "{% page x %}\n{% str s %}\n{% url u %}\n{% data d %}\n{% num n %}\n{% flag f %}\n{% list xs: str id, url href %}\n{% title %}T{% end %}\n"


def build(body, head=HEAD):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "parts").mkdir()
        (folder / "parts" / "csrf.html").write_text('<input type="hidden" name="csrf" value="{{ frame.csrf }}">')
        (folder / "x.html").write_text(head + body)
        reader = pc.Reader(folder)
        page = pc.Template(folder / "x.html", reader, {"link": {"href": "url", "text": "str"}}, MESSAGES)
        frame = type("Frame", (), {"fields": {"csrf": "str"}})
        return "\n".join(pc.page_source(page, frame, set()))


class Templates(unittest.TestCase):
    def refuses(self, body, why, head=HEAD):
        with self.assertRaises(pc.Fault) as at:
            build(body, head)
        self.assertIn(why, str(at.exception))

    def test_a_value_is_escaped_for_its_place(self):
        made = build('<p class="{{ s }}">{{ s }} {{ n }}</p><a href="{{ u }}">x</a><a href="/y?a={{ s }}">y</a><img src="{{ d }}" alt="">')
        for call in ("html_text(b, p->s)", "html_num(b, p->n)", "html_url(b, p->u)", "html_part(b, p->s)", "html_data(b, p->d)"):
            self.assertIn(call, made)

    def test_an_unknown_field_is_refused(self):
        self.refuses("<p>{{ nobody }}</p>", "no such field: nobody")
        self.refuses("{% if nobody %}{% end %}", "no such field: nobody")
        self.refuses("{% for x in xs %}{{ x.nobody }}{% end %}", "no such field: x.nobody")
        self.refuses("<p>{{ frame.nobody }}</p>", "no such field: frame.nobody")

    def test_a_loop_variable_ends_with_its_loop(self):
        self.refuses("{% for x in xs %}{{ x.id }}{% end %}{{ x.id }}", "no such field: x.id")

    def test_an_address_takes_only_addresses(self):
        self.refuses('<a href="{{ s }}">x</a>', "href takes a url field")
        self.refuses('<a href="https://{{ s }}">x</a>', "href takes a url field")
        self.refuses('<a href="x{{ u }}">x</a>', "href takes a url field")
        self.refuses('<button formaction="{{ s }}">x</button>', "formaction takes a url field")
        self.refuses('<a href="javascript:x">x</a>', "href with javascript")
        self.refuses('<a href="{{ d }}">x</a>', "href takes a url field")
        self.refuses("<p>{{ d }}</p>", "data stands in src only")
        self.refuses('<a href="{% t signin.user %}">x</a>', "href takes a url field")
        self.refuses('<a href="/x?a={% t signin.user %}">x</a>', "a message is not an address")

    def test_a_value_stands_in_text_or_quotes(self):
        self.refuses("<p class={{ s }}>x</p>", "a value stands in text or in a quoted attribute")
        self.refuses("<{{ s }}>", "a value stands in text or in a quoted attribute")
        self.refuses("<p {{ s }}>x</p>", "a value stands in text or in a quoted attribute")
        self.refuses("<p class='a'>x</p>", "wants double quotes")

    def test_scripts_and_styles_are_refused(self):
        self.refuses('<p onclick="x">y</p>', "attribute onclick")
        self.refuses('<p style="x">y</p>', "attribute style")
        self.refuses("<script>x</script>", "<script> is not for templates")
        self.refuses("<SCRIPT>x</SCRIPT>", "is not for templates")
        self.refuses("<style>x</style>", "<style> is not for templates")

    def test_tags_are_closed_in_order(self):
        self.refuses("<p><b>x</p></b>", "</p> closes nothing")
        self.refuses("<p>x", "not closed: p")
        self.refuses("</p>", "</p> closes nothing")
        self.refuses("{% if f %}<p>{% end %}x</p>", "a branch must close")
        self.refuses("{% if f %}<p>{% else %}<b>{% end %}", "a branch must close")
        self.refuses("{% for x in xs %}<p>{% end %}", "a loop must close")
        self.refuses('<p {% if f %}class="a{% end %}">x</p>', "a branch must close")

    def test_conditions_may_stand_between_and_in_attributes(self):
        self.refuses('<input {% if f %}checked{% end %}name="a">', "a space is missing")
        self.assertIn("checked", build('<input name="a" class="b{% if f %} c{% end %}" {% if f %}checked{% end %}>'))

    def test_directives_are_known_and_ended(self):
        self.refuses("{% nonsense %}", "no such directive")
        self.refuses("{% if f %}", "if is not ended")
        self.refuses("{% end %}", "end without a beginning")
        self.refuses("{% else %}", "else without if")
        self.refuses("{{ s", "a brace is not closed")
        self.refuses("{% if f and s or n %}{% end %}", "not a condition")
        self.refuses("{% include nothing %}", "no such part")

    def test_messages_exist_and_get_all_they_want(self):
        self.refuses("{% t no.such %}", "no such message: no.such")
        self.refuses("{% t signin.title %}", "wants the parameters ['type']")
        self.refuses("{% t signin.title type=s more=s %}", "wants the parameters ['type']")
        self.refuses("{% t signin.title type=f %}", "f is no str or num")
        self.assertIn("MSG_SIGNIN_TITLE", build("<p>{% t signin.title type=s %}</p>"))

    def test_a_form_that_posts_carries_the_csrf_field(self):
        self.refuses('<form method="post" action="/x"><button>x</button></form>', "no csrf field")
        build('<form method="post" action="/x">{% include csrf %}<button>x</button></form>')
        build('<form method="get" action="/x"><button>x</button></form>')

    def test_labels_and_hints_point_to_something(self):
        self.refuses('<label for="a">x</label>', 'for="a" points to no id')
        self.refuses('<input name="x" aria-describedby="a b" id="a">', 'aria-describedby="b" points to no id')

    def test_names_that_c_does_not_take_are_refused(self):
        self.refuses("", "not a name: register", "{% page x %}\n{% str register %}\n{% title %}T{% end %}\n")
        self.refuses("", "not a name: A", "{% page x %}\n{% str A %}\n{% title %}T{% end %}\n")

    def test_a_page_has_a_title(self):
        self.refuses("<p>x</p>", "no title", "{% page x %}\n")

    def test_a_fault_names_its_line(self):
        self.refuses("<p>\n\n   x</p>\n\n<p>{{ nobody }}</p>", "x.html:13:")

    def test_white_space_between_tags_goes_and_in_text_stays(self):
        made = build("<ul>\n  <li>a b\n   c</li>\n  <li>d</li>\n</ul>\n<p>x <b>y</b> {% t signin.user %} z</p>")
        self.assertIn('<ul><li>a b c</li><li>d</li></ul><p>x <b>y</b> ', made)
        self.assertIn('S(" z</p>")', made)


class Words(unittest.TestCase):
    def test_every_message_is_used(self):
        pages = "".join(p.read_text() for p in (ROOT / "pages").rglob("*.html"))
        source = "".join(p.read_text() for p in (ROOT / "src").rglob("*.[ch]"))
        used = set(re.findall(r"\{% t ([a-z0-9_.]+)[ %]", pages))
        named = set(re.findall(r"MSG_[A-Z0-9_]+", source))
        idle = [k for k in sorted(MESSAGES) if k not in used and pc.message_name(k) not in named]
        self.assertEqual(idle, [])

    def test_sentences_are_short(self):
        counts = []
        for text in MESSAGES.values():
            for sentence in re.split(r"[.!?;:]\s", text):
                counts.append(len([w for w in sentence.split() if re.search(r"[A-Za-z]", w)]))
        counts = sorted(n for n in counts if n)
        self.assertLessEqual(sum(counts) / len(counts), 10)
        self.assertLessEqual(counts[int(len(counts) * 0.95)], 15)
        self.assertLessEqual(counts[-1], 20)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
