// The lines that the exporter makes of a map, written by C that knows each workload's keys.

#ifndef LINES_H
#define LINES_H

#include <stdint.h>

struct lines {
	const char *workload;
	// Takes entries as the kernel gave them; the values of one are those of all CPUs in a per-CPU map.
	void (*take)(const void *keys, const uint64_t *values, uint32_t count);
	// Writes what could not be written before the last entry was taken, if there is such a thing.
	void (*finish)(void);
};

// Null for a workload whose lines it does not know. Text goes to the file `output`.
const struct lines *lines_of(const char *workload, uint64_t entries, uint32_t cpus, int output);

// Writes what is left in the buffer.
void flush_lines(void);

#endif
