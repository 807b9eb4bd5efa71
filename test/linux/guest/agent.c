// SPDX-License-Identifier: MIT
/*
 * Does what the machine outside asks for, a line at a time, and answers each with `STATUS LENGTH` and that many bytes:
 *
 *	sh COMMAND			a shell; its output, its exit status
 *	ept CTRL NAME SRC DST		an endpoint through /dev/rpmsg_ctrlN; its file descriptor
 *	open PATH			a file to read and write; its descriptor
 *	write PATH TEXT			one write of a line to a file that is there, as for sysfs
 *	close FD
 *	send FD HEX			one write
 *	recv FD MS			one read as hex; -ETIME when nothing comes within that time
 *	echo FD COUNT MIN MAX WINDOW	sends COUNT messages of MIN to MAX bytes, up to WINDOW at a time, and checks
 *					that each comes back as it was; figures as text
 *
 * A negative status is -errno.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>


/* include/uapi/linux/rpmsg.h */
struct rpmsg_endpoint_info {
	char name[32];
	__u32 src;
	__u32 dst;
};
#define RPMSG_CREATE_EPT_IOCTL _IOW(0xb5, 0x1, struct rpmsg_endpoint_info)

#define MESSAGE_MAX 4096

static int line_fd;
static char line[4 * MESSAGE_MAX];
static char output[1 << 20];

static void put(const void *data, size_t size)
{
	const char *at = data;

	while (size) {
		ssize_t n = write(line_fd, at, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			exit(1);
		at += n;
		size -= n;
	}
}

static void answer(int status, const void *data, size_t size)
{
	char head[32];

	put(head, snprintf(head, sizeof(head), "%d %zu\n", status, size));
	put(data, size);
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void run_shell(const char *command)
{
	int pipes[2], status;
	size_t size = 0;
	ssize_t n;
	pid_t child;

	if (pipe2(pipes, O_CLOEXEC)) {
		answer(-errno, "", 0);
		return;
	}
	child = fork();
	if (!child) {
		int none = open("/dev/null", O_RDONLY);

		dup2(none, 0);
		dup2(pipes[1], 1);
		dup2(pipes[1], 2);
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	close(pipes[1]);
	while (size < sizeof(output) && (n = read(pipes[0], output + size, sizeof(output) - size)) > 0)
		size += n;
	close(pipes[0]);
	waitpid(child, &status, 0);
	answer(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), output, size);
}

/* The node that the control device has made is the one that was not there before. */
static int endpoint(int ctrl, const char *name, uint32_t src, uint32_t dst)
{
	struct rpmsg_endpoint_info info = { .src = src, .dst = dst };
	char path[64];
	int before[256] = { 0 }, i, fd, tries;

	strncpy(info.name, name, sizeof(info.name) - 1);
	for (i = 0; i < 256; i++) {
		snprintf(path, sizeof(path), "/dev/rpmsg%d", i);
		before[i] = !access(path, F_OK);
	}
	snprintf(path, sizeof(path), "/dev/rpmsg_ctrl%d", ctrl);
	fd = open(path, O_RDWR);
	if (fd < 0)
		return -errno;
	if (ioctl(fd, RPMSG_CREATE_EPT_IOCTL, &info)) {
		i = -errno;
		close(fd);
		return i;
	}
	close(fd);
	for (tries = 0; tries < 1000; tries++) {
		for (i = 0; i < 256; i++) {
			snprintf(path, sizeof(path), "/dev/rpmsg%d", i);
			if (!before[i] && !access(path, F_OK)) {
				fd = open(path, O_RDWR | O_CLOEXEC);
				return fd < 0 ? -errno : fd;
			}
		}
		usleep(1000);
	}
	return -ENODEV;
}

static void send_hex(int fd, const char *hex)
{
	static unsigned char data[MESSAGE_MAX];
	size_t size = strlen(hex) / 2, i;
	unsigned int byte;
	ssize_t n;

	for (i = 0; i < size && i < sizeof(data); i++) {
		sscanf(hex + 2 * i, "%2x", &byte);
		data[i] = byte;
	}
	n = write(fd, data, size);
	answer(n < 0 ? -errno : n, "", 0);
}

static void receive_hex(int fd, int ms)
{
	static unsigned char data[MESSAGE_MAX];
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n, i;

	if (poll(&p, 1, ms) == 0) {
		answer(-ETIME, "", 0);
		return;
	}
	n = read(fd, data, sizeof(data));
	if (n < 0) {
		answer(-errno, "", 0);
		return;
	}
	for (i = 0; i < n; i++)
		sprintf(output + 2 * i, "%02x", data[i]);
	answer(n, output, 2 * n);
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Message i: its number, then bytes that follow from it, as long as there is room. */
static size_t message(unsigned char *data, uint32_t i, int min, int max)
{
	size_t size = min + (i * 37u) % (max - min + 1), at;

	for (at = 0; at < size; at++)
		data[at] = (i >> (8 * (at % 4))) + at / 4;
	return size;
}

static void echo(int fd, int count, int min, int max, int window)
{
	static unsigned char want[MESSAGE_MAX], got[MESSAGE_MAX];
	uint64_t *times = calloc(count, sizeof(*times));
	uint64_t begin = now_ns(), end;
	int sent = 0, received = 0, size;
	ssize_t n;

	while (received < count) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		while (sent < count && sent - received < window) {
			n = message(want, sent, min, max);
			times[sent] = now_ns();
			if (write(fd, want, n) != n) {
				size = snprintf(output, sizeof(output), "write of message %d: errno %d", sent, errno);
				goto failed;
			}
			sent++;
			if (sent - received < window)
				continue;
		}
		/* Who spins must give the processor away: the driver's thread shares it. */
		while (poll(&p, 1, 0) == 0) {
			if (now_ns() - times[received] > 10000000000ull) {
				size = snprintf(output, sizeof(output), "message %d did not come back", received);
				goto failed;
			}
			sched_yield();
		}
		n = read(fd, got, sizeof(got));
		if (n < 0 || (size_t)n != message(want, received, min, max) || memcmp(got, want, n)) {
			size = snprintf(output, sizeof(output), "message %d came back as something else, %zd bytes", received, n);
			goto failed;
		}
		times[received] = now_ns() - times[received];
		received++;
	}
	end = now_ns();
	qsort(times, count, sizeof(*times), by_value);
	size = snprintf(output, sizeof(output), "%d messages, %.0f per second, p50 %.1f us, p99 %.1f us",
			count, count / ((end - begin) / 1e9), times[count / 2] / 1e3,
			times[(int)(count * 0.99)] / 1e3);
	free(times);
	answer(0, output, size);
	return;
failed:
	free(times);
	answer(1, output, size);
}

static int write_line(const char *path, char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), result;
	size_t size = strlen(text);

	if (fd < 0)
		return -errno;
	text[size] = '\n';
	result = write(fd, text, size + 1) < 0 ? -errno : 0;
	close(fd);
	return result;
}

static void serve(char *command)
{
	char name[64], path[128];
	unsigned int src, dst;
	int fd, ms, count, min, max, window, at = 0;

	if (!strncmp(command, "sh ", 3))
		run_shell(command + 3);
	else if (sscanf(command, "ept %d %63s %i %i", &fd, name, (int *)&src, (int *)&dst) == 4)
		answer(endpoint(fd, name, src, dst), "", 0);
	else if (sscanf(command, "open %127s", path) == 1) {
		fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
		if (fd >= 0 && isatty(fd)) {
			struct termios raw;

			tcgetattr(fd, &raw);
			cfmakeraw(&raw);
			tcsetattr(fd, TCSANOW, &raw);
		}
		answer(fd < 0 ? -errno : fd, "", 0);
	} else if (sscanf(command, "write %127s %n", path, &at) == 1)
		answer(write_line(path, command + at), "", 0);
	else if (sscanf(command, "close %d", &fd) == 1)
		answer(close(fd) ? -errno : 0, "", 0);
	else if (sscanf(command, "send %d %n", &fd, &at) == 1)
		send_hex(fd, command + at);
	else if (sscanf(command, "recv %d %d", &fd, &ms) == 2)
		receive_hex(fd, ms);
	else if (sscanf(command, "echo %d %d %d %d %d", &fd, &count, &min, &max, &window) == 5)
		echo(fd, count, min, max, window);
	else
		answer(-EINVAL, "", 0);
}

int main(int argc, char **argv)
{
	struct termios raw;
	size_t size = 0;
	char c;

	if (argc != 2)
		return 2;
	line_fd = open(argv[1], O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (line_fd < 0)
		return 1;
	tcgetattr(line_fd, &raw);
	cfmakeraw(&raw);
	tcsetattr(line_fd, TCSANOW, &raw);
	put("ready\n", 6);
	while (read(line_fd, &c, 1) == 1) {
		if (c != '\n') {
			if (size < sizeof(line) - 1)
				line[size++] = c;
			continue;
		}
		line[size] = 0;
		size = 0;
		serve(line);
	}
	return 0;
}
