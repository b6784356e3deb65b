#include "fuzz.h"

#include <string.h>

#include "courier/letter.h"

/* from, to, subject on the first three lines, then both bodies. However they are filled, a letter that is
 * written has the headers that we wrote and no other. */
static void fuzz_one(struct arena *a, struct str in)
{
	static const char *const names[] = {"From: ", " ", "To: ", "Subject: ", "Date: ", "Message-ID: ", "Auto-Submitted: ",
	                                    "MIME-Version: ", "Content-Type: "};
	struct courier_job job = {.id = 1};
	struct str letter, head;
	size_t to = 0;

	job.from = str_cut(&in, '\n');
	job.to = str_cut(&in, '\n');
	job.subject = str_cut(&in, '\n');
	job.text = job.html = in;
	if (letter_write(a, &job, &letter) != RC_OK)
		return;
	for (size_t i = 0; i < letter.len; i++) {
		check((unsigned char)letter.ptr[i] < 0x7f && letter.ptr[i] != '\0');
		check(letter.ptr[i] != '\n' || (i && letter.ptr[i - 1] == '\r'));
	}
	for (head = letter; head.len;) {
		struct str line = str_cut(&head, '\n');
		bool known = false;

		check(line.len <= 998);
		if (str_is(line, "\r"))
			break;
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
			known |= str_starts(line, str_of(names[i]));
		check(known);
		to += str_starts(line, S("To: "));
	}
	check(to == 1);
}
