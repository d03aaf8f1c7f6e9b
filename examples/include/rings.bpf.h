// Ring buffers that tell what did not fit. Include vmlinux.h first.
//
// The kernel drops a record for which a ring buffer has no room, and tells only the program. Beside each ring NAME,
// record_ring() declares a per-CPU counter NAME_lost_total, which reserve_record() raises and the exporter shows as
// ebpf_exporter_lost_records_total.

#pragma once

#include <bpf/bpf_helpers.h>

// `bytes` is a power of two and a multiple of the page size.
#define record_ring(NAME, bytes)                                                                           \
	struct {                                                                                           \
		__uint(type, BPF_MAP_TYPE_RINGBUF);                                                        \
		__uint(max_entries, bytes);                                                                \
	} NAME SEC(".maps");                                                                               \
	struct {                                                                                           \
		__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);                                                   \
		__uint(max_entries, 1);                                                                    \
		__type(key, u32);                                                                          \
		__type(value, u64);                                                                        \
	} NAME##_lost_total SEC(".maps")

static __always_inline void count_lost_record(void *lost_total)
{
	u32 zero = 0;
	u64 *lost = bpf_map_lookup_elem(lost_total, &zero);
	if (lost) {
		(*lost)++;
	}
}

static __always_inline void *reserve_or_count(void *ring, void *lost_total, u64 size)
{
	void *record = bpf_ringbuf_reserve(ring, size, 0);
	if (!record) {
		count_lost_record(lost_total);
	}
	return record;
}

// A record to fill and submit or discard, as a pointer to `type`; 0 where there is no room.
#define reserve_record(NAME, type) ((type *)reserve_or_count(&NAME, &NAME##_lost_total, sizeof(type)))
