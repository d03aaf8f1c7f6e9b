#define _GNU_SOURCE
#include "fail.h"
#include "lines.h"

#include <unistd.h>

enum { line_size = 256, buckets = 24, entries_per_histogram = buckets + 1 };

static const uint64_t spread = 0x9e3779b1;

static char text[1 << 16];
static size_t text_length;
static int output;
static uint32_t cpus;

void flush_lines(void)
{
	if (write(output, text, text_length) < 0) {
		fail("write");
	}
	text_length = 0;
}

static char *new_line(void)
{
	if (text_length + line_size > sizeof(text)) {
		flush_lines();
	}
	return text + text_length;
}

static void end_line(char *at)
{
	*at++ = '\n';
	text_length = at - text;
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

// The shortest digits that read as the same number; `from` digits are tried first.
static char *put_fraction(char *at, double value, int from)
{
	for (int digits = from;; digits++) {
		int length = sprintf(at, "%.*g", digits, value);
		if (digits == 17 || strtod(at, NULL) == value) {
			return at + length;
		}
	}
}

struct counter_key {
	uint64_t id;
	uint32_t cpu;
	uint32_t op;
};

static void take_counter(const void *keys, const uint64_t *values, uint32_t count)
{
	static const char *const ops[] = { "read", "write", "flush", "discard" };
	const struct counter_key *key = keys;
	for (uint32_t i = 0; i < count; i++) {
		const char *op = ops[key[i].op % 4];
		char *at = PUT(new_line(), "ebpf_exporter_bench_total{cpu=\"");
		at = put_digits(at, key[i].cpu);
		at = PUT(at, "\",id=\"");
		at = put_digits(at, key[i].id);
		at = PUT(at, "\",op=\"");
		at = put(at, op, strlen(op));
		at = PUT(at, "\"} ");
		end_line(put_value(at, values[i]));
	}
}

static void take_per_cpu(const void *keys, const uint64_t *values, uint32_t count)
{
	const uint64_t *id = keys;
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t cpu = 0; cpu < cpus; cpu++) {
			char *at = PUT(new_line(), "ebpf_exporter_bench_total{cpu=\"");
			at = put_digits(at, cpu);
			at = PUT(at, "\",id=\"");
			at = put_digits(at, id[i]);
			at = PUT(at, "\"} ");
			end_line(put_value(at, values[i * cpus + cpu]));
		}
	}
}

static void take_per_cpu_sum(const void *keys, const uint64_t *values, uint32_t count)
{
	const uint64_t *id = keys;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t sum = 0;
		for (uint32_t cpu = 0; cpu < cpus; cpu++) {
			sum += values[i * cpus + cpu];
		}
		char *at = PUT(new_line(), "ebpf_exporter_bench_total{id=\"");
		at = put_digits(at, id[i]);
		at = PUT(at, "\"} ");
		end_line(put_value(at, sum));
	}
}

static void take_string(const void *keys, const uint64_t *values, uint32_t count)
{
	const char (*file)[32] = keys;
	for (uint32_t i = 0; i < count; i++) {
		char *at = PUT(new_line(), "ebpf_exporter_bench_total{file=\"");
		at = put(at, file[i], strnlen(file[i], sizeof(file[i])));
		at = PUT(at, "\"} ");
		end_line(put_value(at, values[i]));
	}
}

struct histogram_key {
	uint64_t id;
	uint64_t bucket;
};

static uint64_t histograms;
static uint64_t (*counts)[entries_per_histogram];
static char bounds[buckets][32];

static void take_histogram(const void *keys, const uint64_t *values, uint32_t count)
{
	const struct histogram_key *key = keys;
	for (uint32_t i = 0; i < count; i++) {
		counts[key[i].id / spread % histograms][key[i].bucket % entries_per_histogram] = values[i];
	}
}

static char *put_id(char *at, uint64_t histogram)
{
	return put_digits(PUT(at, "id=\""), histogram * spread);
}

static void finish_histograms(void)
{
	for (uint64_t i = 0; i < histograms; i++) {
		char labels[32];
		size_t length = put_id(labels, i) - labels;
		uint64_t total = 0;
		for (int bucket = 0; bucket <= buckets; bucket++) {
			const char *bound = bucket < buckets ? bounds[bucket] : "+Inf";
			total += bucket < buckets ? counts[i][bucket] : 0;
			char *at = PUT(new_line(), "ebpf_exporter_bench_seconds_bucket{");
			at = put(at, labels, length);
			at = PUT(at, "\",le=\"");
			at = put(at, bound, strlen(bound));
			at = PUT(at, "\"} ");
			end_line(put_value(at, total));
		}
		char *at = PUT(new_line(), "ebpf_exporter_bench_seconds_sum{");
		at = put(at, labels, length);
		at = PUT(at, "\"} ");
		end_line(put_fraction(at, counts[i][buckets] * 0.000001, 15));
		at = PUT(new_line(), "ebpf_exporter_bench_seconds_count{");
		at = put(at, labels, length);
		at = PUT(at, "\"} ");
		end_line(put_value(at, total));
	}
}

static const struct lines known[] = {
	{ "counter", take_counter },
	{ "histogram", take_histogram, finish_histograms },
	{ "per-cpu", take_per_cpu },
	{ "per-cpu-sum", take_per_cpu_sum },
	{ "string", take_string },
};

const struct lines *lines_of(const char *workload, uint64_t entries, uint32_t cpu_count, int file)
{
	output = file;
	cpus = cpu_count;
	histograms = (entries + entries_per_histogram - 1) / entries_per_histogram;
	counts = calloc(histograms, sizeof(*counts));
	if (!counts) {
		fail("count");
	}
	for (int bucket = 0; bucket < buckets; bucket++) {
		put_fraction(bounds[bucket], (1 << bucket) * 0.000001, 1);
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!strcmp(known[i].workload, workload)) {
			return &known[i];
		}
	}
	return NULL;
}
