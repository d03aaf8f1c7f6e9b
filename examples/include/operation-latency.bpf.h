// How long functions take, by operation, for the examples about file systems: MEASURE(FUNCTION, OPERATION) at the top
// level measures every call of FUNCTION in a map OPERATION_LATENCIES, whose key is struct operation_key.

#pragma once

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define MAX_OPERATION_BUCKET 27 // 2^27 us is 134 s

struct operation_key {
	u8 operation;
	u8 bucket;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 10240);
	__type(key, u32);
	__type(value, u64);
} start SEC(".maps");

static __always_inline int enter_operation(void)
{
	u32 thread = bpf_get_current_pid_tgid();
	u64 now_ns = bpf_ktime_get_ns();
	bpf_map_update_elem(&start, &thread, &now_ns, BPF_ANY);
	return 0;
}

static __always_inline int leave_operation(void *latencies, u8 operation)
{
	u32 thread = bpf_get_current_pid_tgid();
	u64 *start_ns = bpf_map_lookup_elem(&start, &thread);
	if (!start_ns) {
		return 0;
	}

	u64 delta_us = (bpf_ktime_get_ns() - *start_ns) / 1000;
	bpf_map_delete_elem(&start, &thread);

	struct operation_key key = { .operation = operation };
	increment_exp2_histogram(latencies, key, delta_us, MAX_OPERATION_BUCKET);
	return 0;
}

#define MEASURE(function, operation)                                                                       \
	SEC("kprobe/" #function)                                                                           \
	int enter_##function(void *ctx)                                                                    \
	{                                                                                                  \
		return enter_operation();                                                                  \
	}                                                                                                  \
	SEC("kretprobe/" #function)                                                                        \
	int leave_##function(void *ctx)                                                                    \
	{                                                                                                  \
		return leave_operation(&OPERATION_LATENCIES, operation);                                   \
	}
