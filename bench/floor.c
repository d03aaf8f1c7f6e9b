// What a scrape is measured against: the same map read in batches by C, with nothing around it.
//
//   floor MAP_ID KEYS_FILE OUTPUT WORKLOAD
//
// Each byte on stdin is a command; its answer is one line on stdout: CPU microseconds, wall microseconds.
//   f  write all keys of the file into the map, with values that differ from those of the time before
//   e  remove all those keys
//   r  read the map in batches
//   t  read it in batches and write to OUTPUT the lines that the exporter makes of it

#define _GNU_SOURCE
#include "fail.h"
#include "lines.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { batch_entries = 4096 };

static int map;
static uint32_t key_size;
static uint32_t values_per_entry;

static const char *keys;
static uint64_t entries;

static char *batch_keys;
static uint64_t *batch_values;
static char *cursors[2];

// From 4 to 35 significant bits, spread evenly: what counters of a machine that has been up for a while look like.
static uint64_t value_of(uint64_t index, uint64_t round)
{
	uint64_t hash = (index + 1) * 0x9e3779b97f4a7c15;
	hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
	hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
	return (hash >> (64 - 4 - hash % 32)) + round * 7;
}

static void fill(void)
{
	static uint64_t round;
	for (uint64_t at = 0; at < entries; at += batch_entries) {
		uint32_t count = entries - at < batch_entries ? entries - at : batch_entries;
		for (uint32_t i = 0; i < count * values_per_entry; i++) {
			batch_values[i] = value_of(at * values_per_entry + i, round);
		}
		if (bpf_map_update_batch(map, keys + at * key_size, batch_values, &count, NULL) < 0) {
			fail("fill the map");
		}
	}
	round++;
}

static void empty(void)
{
	for (uint64_t at = 0; at < entries; at += batch_entries) {
		uint32_t count = entries - at < batch_entries ? entries - at : batch_entries;
		if (bpf_map_delete_batch(map, keys + at * key_size, &count, NULL) < 0) {
			fail("empty the map");
		}
	}
}

static void take_nothing(const void *batch, const uint64_t *values, uint32_t count)
{
}

static void read_batches(void (*take)(const void *, const uint64_t *, uint32_t))
{
	void *in = NULL;
	for (int turn = 0;; turn = !turn) {
		uint32_t count = batch_entries;
		int result = bpf_map_lookup_batch(map, in, cursors[turn], batch_keys, batch_values, &count, NULL);
		if (result < 0 && result != -ENOENT) {
			fail("read the map");
		}
		take(batch_keys, batch_values, count);
		if (result == -ENOENT) {
			return;
		}
		in = cursors[turn];
	}
}

static void write_lines(const struct lines *lines)
{
	if (!lines) {
		errno = EINVAL;
		fail("write the lines of this workload");
	}
	read_batches(lines->take);
	if (lines->finish) {
		lines->finish();
	}
	flush_lines();
}

static void run(char command, const struct lines *lines)
{
	switch (command) {
	case 'f':
		fill();
		return;
	case 'e':
		empty();
		return;
	case 'r':
		read_batches(take_nothing);
		return;
	case 't':
		write_lines(lines);
		return;
	default:
		errno = EINVAL;
		fail("do that");
	}
}

static void open_map(uint32_t id)
{
	struct bpf_map_info info = {};
	uint32_t size = sizeof(info);
	map = bpf_map_get_fd_by_id(id);
	if (map < 0 || bpf_obj_get_info_by_fd(map, &info, &size) < 0) {
		fail("open the map");
	}
	key_size = info.key_size;
	values_per_entry = info.type == BPF_MAP_TYPE_PERCPU_HASH ? libbpf_num_possible_cpus() : 1;
	batch_keys = malloc(batch_entries * key_size);
	batch_values = malloc(batch_entries * values_per_entry * sizeof(uint64_t));
	// A cursor is a u32, whatever the key is.
	cursors[0] = malloc(key_size + 4);
	cursors[1] = malloc(key_size + 4);
	if (!batch_keys || !batch_values || !cursors[0] || !cursors[1]) {
		fail("make room for a batch");
	}
}

static void read_keys(const char *path)
{
	struct stat status;
	int file = open(path, O_RDONLY);
	if (file < 0 || fstat(file, &status) < 0) {
		fail("open the keys");
	}
	char *bytes = malloc(status.st_size + 1);
	if (!bytes || read(file, bytes, status.st_size) != status.st_size) {
		fail("read the keys");
	}
	keys = bytes;
	entries = status.st_size / key_size;
}

static double now_us(clockid_t clock)
{
	struct timespec time;
	clock_gettime(clock, &time);
	return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

int main(int argc, char **argv)
{
	if (argc != 5) {
		fprintf(stderr, "usage: floor MAP_ID KEYS_FILE OUTPUT WORKLOAD\n");
		return 1;
	}
	open_map(strtoul(argv[1], NULL, 10));
	read_keys(argv[2]);
	int output = open(argv[3], O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (output < 0) {
		fail("open the output");
	}
	const struct lines *lines = lines_of(argv[4], entries, values_per_entry, output);
	for (char command; read(STDIN_FILENO, &command, 1) == 1;) {
		double cpu = now_us(CLOCK_PROCESS_CPUTIME_ID), wall = now_us(CLOCK_MONOTONIC);
		run(command, lines);
		printf("%.0f %.0f\n", now_us(CLOCK_PROCESS_CPUTIME_ID) - cpu, now_us(CLOCK_MONOTONIC) - wall);
		fflush(stdout);
	}
	return 0;
}
