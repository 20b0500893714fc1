/* Lines to the host, on a port that the host names: a letter, then fields with tabs between them. */
#include "agent.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static int port = -1;

/* The port as /dev calls it. */
void report_open(const char *name)
{
	struct termios settings;
	char path[40];
	int fd;

	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (tcgetattr(fd, &settings) == 0) {
		cfmakeraw(&settings);
		cfsetspeed(&settings, B115200);
		tcsetattr(fd, TCSANOW, &settings);
	}
	/* The scenario's own descriptors begin where a process expects them. */
	port = fcntl(fd, F_DUPFD_CLOEXEC, 200);
	close(fd);
}

int report_fd(void)
{
	return port;
}

void report(const char *format, ...)
{
	char line[2048];
	va_list arguments;
	int length, at = 0;

	va_start(arguments, format);
	length = vsnprintf(line, sizeof(line) - 1, format, arguments);
	va_end(arguments);
	if (length > (int)sizeof(line) - 2)
		length = sizeof(line) - 2;
	for (int i = 0; i < length; i++)
		if (line[i] == '\n')
			line[i] = ' ';
	line[length++] = '\n';
	while (at < length) {
		ssize_t wrote = write(port, line + at, length - at);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return;
		at += wrote;
	}
}
