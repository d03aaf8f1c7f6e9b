#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define MAX_BUCKET 26 // 2^26 us is 67 s

struct bucket_key { // as keys of arrays are: a u32
	u32 bucket;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, u32);
	__type(value, u64);
} start SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_BUCKET + 1); // no room for the sum
	__type(key, struct bucket_key);
	__type(value, u64);
} shrink_node_latency_seconds SEC(".maps");

SEC("kprobe/shrink_node")
int enter(void *ctx)
{
	u32 thread = bpf_get_current_pid_tgid();
	u64 now_ns = bpf_ktime_get_ns();
	bpf_map_update_elem(&start, &thread, &now_ns, BPF_ANY);
	return 0;
}

SEC("kretprobe/shrink_node")
int leave(void *ctx)
{
	u32 thread = bpf_get_current_pid_tgid();
	u64 *start_ns = bpf_map_lookup_elem(&start, &thread);
	if (!start_ns) {
		return 0;
	}

	u64 delta_us = (bpf_ktime_get_ns() - *start_ns) / 1000;
	bpf_map_delete_elem(&start, &thread);

	struct bucket_key key;
	increment_exp2_histogram(&shrink_node_latency_seconds, key, delta_us, MAX_BUCKET);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
