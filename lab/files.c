/* Small files of /proc and /sys. What a scenario changes there is put back when it ends: the next one may share the boot. */
#include "agent.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MODULE_INIT_COMPRESSED_FILE
#define MODULE_INIT_COMPRESSED_FILE 4
#endif

int read_text(const char *path, char *into, size_t bytes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	into[0] = 0;
	if (fd < 0)
		return -1;
	got = read(fd, into, bytes - 1);
	close(fd);
	if (got < 0)
		return -1;
	into[got] = 0;
	while (got > 0 && (into[got - 1] == '\n' || into[got - 1] == ' '))
		into[--got] = 0;
	return got;
}

long read_number(const char *path)
{
	char text[64];

	return read_text(path, text, sizeof(text)) <= 0 ? -1 : atol(text);
}

int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t wrote;
	int error;

	if (fd < 0)
		return -1;
	wrote = write(fd, text, strlen(text));
	error = errno;
	close(fd);
	errno = error;
	return wrote < 0 ? -1 : 0;
}

static struct { char path[160], text[64]; } changed[48];
static int changes;

/* The word of a file like "always [madvise] never" that is in force. */
static void in_force(char *text)
{
	char *open = strchr(text, '['), *end = open ? strchr(open, ']') : NULL;

	if (!end)
		return;
	*end = 0;
	memmove(text, open + 1, strlen(open));
}

int set_for_now(const char *path, const char *text)
{
	int known = 0;

	for (int i = 0; i < changes; i++)
		known |= !strcmp(changed[i].path, path);
	if (!known && changes < 48) {
		char now[64];

		if (read_text(path, now, sizeof(now)) >= 0) {
			in_force(now);
			snprintf(changed[changes].path, sizeof(changed[0].path), "%s", path);
			snprintf(changed[changes++].text, sizeof(changed[0].text), "%s", now);
		}
	}
	return write_text(path, text);
}

void put_back(void)
{
	while (changes > 0) {
		changes--;
		write_text(changed[changes].path, changed[changes].text);
	}
}

static int insert(const char *name)
{
	static const struct { const char *end; int flags; } forms[] = { { ".ko", 0 }, { ".ko.xz", MODULE_INIT_COMPRESSED_FILE }, { ".ko.zst", MODULE_INIT_COMPRESSED_FILE }, { ".ko.gz", MODULE_INIT_COMPRESSED_FILE } };
	char path[160];

	for (unsigned i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		int fd, result;

		snprintf(path, sizeof(path), "/modules/%s%s", name, forms[i].end);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		result = syscall(SYS_finit_module, fd, "", forms[i].flags);
		if (result < 0 && errno == EEXIST)
			result = 0;
		close(fd);
		return result;
	}
	errno = ENOENT;
	return -1;
}

/* Modules in the order in which they need each other; those that this kernel does not have are built in, or not needed. */
int load_module(const char *names)
{
	char list[300], *rest = list, *name;
	int result = 0;

	snprintf(list, sizeof(list), "%s", names);
	while ((name = strsep(&rest, ","))) {
		result = insert(name);
		if (result < 0 && errno == ENOENT)
			result = 0;
	}
	return result;
}
