/* Runs a fuzz target over its kept inputs: every file of the folder named, and the empty input. */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 1 << 20 };

static int replay(const char *folder, const char *name)
{
	static uint8_t room[INPUT_MAX];
	char path[4096];
	uint8_t *exact;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "rb");
	if (!f) {
		fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
		return 1;
	}
	n = fread(room, 1, sizeof(room), f);
	fclose(f);
	/* A block of exactly this size, so that reading past the end is seen. */
	exact = malloc(n ? n : 1);
	if (!exact)
		return 1;
	memcpy(exact, room, n);
	fprintf(stderr, "%s\n", name);
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
	return 0;
}

int main(int argc, char **argv)
{
	static const uint8_t nothing[1];
	int bad = 0, files = 0;
	struct dirent *e;
	DIR *dir;

	if (argc != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	LLVMFuzzerTestOneInput(nothing, 0);
	dir = opendir(argv[1]);
	if (!dir) {
		fprintf(stderr, "replay: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	while ((e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		bad |= replay(argv[1], e->d_name);
		files++;
	}
	closedir(dir);
	if (!files)
		fprintf(stderr, "replay: %s holds no input\n", argv[1]);
	return bad || !files;
}
