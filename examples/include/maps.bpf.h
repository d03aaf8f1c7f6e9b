// Counters and histograms in maps with u64 values. Include vmlinux.h first.
//
// The plain forms are for maps that CPUs share, the _nosync forms for per-CPU maps. A key that does
// not fit into a full map is not counted.

#pragma once

#include <bpf/bpf_helpers.h>
#include "bits.bpf.h"

// read_array_ptr(map, key) is the value at a key, 0 if there is none.
// read_array_ptr(map, key, into) sets `into`, a u64 or a pointer to one, and ends the program where there is none.
#define read_array_ptr(...) read_array_choose(__VA_ARGS__, read_array_into, read_array_value)(__VA_ARGS__)
#define read_array_choose(map, key, into, chosen, ...) chosen

static __always_inline u64 read_array_value(void *map, const void *key)
{
	u64 *value = bpf_map_lookup_elem(map, key);
	return value ? *value : 0;
}

#define read_array_into(map, key, into)                                                                    \
	do {                                                                                               \
		u64 *_found = bpf_map_lookup_elem(map, key);                                               \
		if (!_found) {                                                                             \
			return 0;                                                                          \
		}                                                                                          \
		(into) = _Generic((into), u64 : *_found, default : _found);                                \
	} while (0)

static __always_inline u64 *lookup_or_zero_init_key(void *map, const void *key)
{
	u64 *value = bpf_map_lookup_elem(map, key);
	if (value) {
		return value;
	}

	// Another CPU may be doing the same, whoever inserts first wins.
	u64 zero = 0;
	bpf_map_update_elem(map, key, &zero, BPF_NOEXIST);
	return bpf_map_lookup_elem(map, key);
}

// The value afterwards, 0 if the map is full.
static __always_inline u64 increment_map(void *map, const void *key, u64 increment)
{
	u64 *value = lookup_or_zero_init_key(map, key);
	if (!value) {
		return 0;
	}
	__sync_fetch_and_add(value, increment);
	return *value;
}

static __always_inline u64 increment_map_nosync(void *map, const void *key, u64 increment)
{
	u64 *value = lookup_or_zero_init_key(map, key);
	if (!value) {
		return 0;
	}
	return *value += increment;
}

// 0 for zero, then one above exp2: the smallest k with v <= 2^(k-1).
static __always_inline u64 exp2zero_bucket(u64 v)
{
	return v ? log2l_histogram(v) + 1 : 0;
}

// Macros, since only the caller knows the type of the key: a variable with an integer member `bucket`.
// Values above the maximum bucket count in it, their sum is kept at max_bucket + 1.

#define increment_exp2_histogram(map, key, value, max_bucket)                                              \
	increment_histogram(increment_map, log2l_histogram, map, key, value, max_bucket)

#define increment_exp2_histogram_nosync(map, key, value, max_bucket)                                       \
	increment_histogram(increment_map_nosync, log2l_histogram, map, key, value, max_bucket)

#define increment_exp2zero_histogram(map, key, value, max_bucket)                                          \
	increment_histogram(increment_map, exp2zero_bucket, map, key, value, max_bucket)

#define increment_exp2zero_histogram_nosync(map, key, value, max_bucket)                                   \
	increment_histogram(increment_map_nosync, exp2zero_bucket, map, key, value, max_bucket)

// One statement, complete without a semicolon. What follows it, and the value, may use any names: it has no variables.
#define increment_histogram(increment, bucket_of, map, key, value, max_bucket)                             \
	{                                                                                                  \
		histogram_add(map, &(key), __builtin_offsetof(typeof(key), bucket), sizeof((key).bucket),  \
			      value, max_bucket, bucket_of, increment);                                    \
	}

static __always_inline void histogram_add(void *map, void *key, u64 bucket_at, u64 bucket_size, u64 value,
					  u64 max_bucket, u64 (*bucket_of)(u64),
					  u64 (*increment)(void *, const void *, u64))
{
	u64 bucket = bucket_of(value);
	if (bucket > max_bucket) {
		bucket = max_bucket;
	}
	// The first bytes of a u64 are those of a narrower number, little-endian as x86_64 and arm64 are.
	__builtin_memcpy(key + bucket_at, &bucket, bucket_size);
	increment(map, key, 1);
	bucket = max_bucket + 1;
	__builtin_memcpy(key + bucket_at, &bucket, bucket_size);
	increment(map, key, value);
}
