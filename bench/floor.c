// What a scrape is measured against: the same map read in batches by C, with nothing around it.
//
//   floor MAP_ID KEYS_FILE OUTPUT
//
// Each byte on stdin is a command; its answer is one line on stdout: CPU microseconds, wall microseconds.
//   f  write all keys of the file into the map, with values that differ from those of the time before
//   r  read the map in batches
//   t  read it in batches and write every entry as a line of text to OUTPUT

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { batch_entries = 4096, key_size = 16, line_size = 256 };

struct key {
	uint64_t id;
	uint32_t cpu;
	uint32_t op;
};

_Static_assert(sizeof(struct key) == key_size, "the keys of the fixture");

static const char *const op_names[] = { "read", "write", "flush", "discard" };

static struct key batch_keys[batch_entries];
static uint64_t batch_values[batch_entries];

static void fail(const char *what)
{
	fprintf(stderr, "floor: cannot %s: %s\n", what, strerror(errno));
	exit(1);
}

// From 4 to 35 significant bits, spread evenly: what counters of a machine that has been up for a while look like.
static uint64_t value_of(uint64_t index, uint64_t round)
{
	uint64_t hash = (index + 1) * 0x9e3779b97f4a7c15;
	hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
	hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
	return (hash >> (64 - 4 - hash % 32)) + round * 7;
}

static void fill(int map, const struct key *keys, uint64_t entries)
{
	static uint64_t round;
	for (uint64_t at = 0; at < entries; at += batch_entries) {
		uint32_t count = entries - at < batch_entries ? entries - at : batch_entries;
		for (uint32_t i = 0; i < count; i++) {
			batch_values[i] = value_of(at + i, round);
		}
		if (bpf_map_update_batch(map, keys + at, batch_values, &count, NULL) < 0) {
			fail("fill the map");
		}
	}
	round++;
}

static void read_batches(int map, void (*take)(const struct key *, const uint64_t *, uint32_t))
{
	struct key cursors[2];
	void *in = NULL;
	for (int turn = 0;; turn = !turn) {
		uint32_t count = batch_entries;
		int result = bpf_map_lookup_batch(map, in, &cursors[turn], batch_keys, batch_values, &count, NULL);
		if (result < 0 && result != -ENOENT) {
			fail("read the map");
		}
		take(batch_keys, batch_values, count);
		if (result == -ENOENT) {
			return;
		}
		in = &cursors[turn];
	}
}

static void take_nothing(const struct key *keys, const uint64_t *values, uint32_t count)
{
}

static char text[1 << 16];
static size_t text_length;
static int output;

static void flush_text(void)
{
	if (write(output, text, text_length) < 0) {
		fail("write");
	}
	text_length = 0;
}

static char *put(char *at, const char *part, size_t length)
{
	memcpy(at, part, length);
	return at + length;
}

#define PUT(at, literal) put(at, literal, sizeof(literal) - 1)

static char *put_digits(char *at, uint64_t value)
{
	char digits[20];
	int first = sizeof(digits);
	do {
		digits[--first] = '0' + value % 10;
		value /= 10;
	} while (value);
	return put(at, digits + first, sizeof(digits) - first);
}

// As the exporter writes it: from a million on with an exponent. Exact below 2^53.
static char *put_value(char *at, uint64_t value)
{
	if (value < 1000000) {
		return put_digits(at, value);
	}
	char digits[20];
	int length = put_digits(digits, value) - digits, exponent = length - 1;
	while (digits[length - 1] == '0') {
		length--;
	}
	*at++ = digits[0];
	if (length > 1) {
		*at++ = '.';
		at = put(at, digits + 1, length - 1);
	}
	at = PUT(at, "e+");
	*at++ = '0' + exponent / 10;
	*at++ = '0' + exponent % 10;
	return at;
}

static void take_lines(const struct key *keys, const uint64_t *values, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (text_length + line_size > sizeof(text)) {
			flush_text();
		}
		const char *op = op_names[keys[i].op % 4];
		char *at = PUT(text + text_length, "ebpf_exporter_bench_total{cpu=\"");
		at = put_digits(at, keys[i].cpu);
		at = PUT(at, "\",id=\"");
		at = put_digits(at, keys[i].id);
		at = PUT(at, "\",op=\"");
		at = put(at, op, strlen(op));
		at = PUT(at, "\"} ");
		at = put_value(at, values[i]);
		*at++ = '\n';
		text_length = at - text;
	}
}

static void run(char command, int map, const struct key *keys, uint64_t entries)
{
	switch (command) {
	case 'f':
		fill(map, keys, entries);
		return;
	case 'r':
		read_batches(map, take_nothing);
		return;
	case 't':
		read_batches(map, take_lines);
		flush_text();
		return;
	default:
		errno = EINVAL;
		fail("do that");
	}
}

static double now_us(clockid_t clock)
{
	struct timespec time;
	clock_gettime(clock, &time);
	return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: floor MAP_ID KEYS_FILE OUTPUT\n");
		return 1;
	}
	int map = bpf_map_get_fd_by_id(strtoul(argv[1], NULL, 10));
	if (map < 0) {
		fail("open the map");
	}
	int file = open(argv[2], O_RDONLY);
	struct stat status;
	if (file < 0 || fstat(file, &status) < 0) {
		fail("open the keys");
	}
	struct key *keys = malloc(status.st_size);
	if (!keys || read(file, keys, status.st_size) != status.st_size) {
		fail("read the keys");
	}
	output = open(argv[3], O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (output < 0) {
		fail("open the output");
	}
	for (char command; read(STDIN_FILENO, &command, 1) == 1;) {
		double cpu = now_us(CLOCK_PROCESS_CPUTIME_ID), wall = now_us(CLOCK_MONOTONIC);
		run(command, map, keys, status.st_size / key_size);
		printf("%.0f %.0f\n", now_us(CLOCK_PROCESS_CPUTIME_ID) - cpu, now_us(CLOCK_MONOTONIC) - wall);
		fflush(stdout);
	}
	return 0;
}
