#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

struct comm_key {
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct comm_key);
	__type(value, u64);
} mm_shrink_slab_events_total SEC(".maps");

SEC("tp_btf/mm_shrink_slab_end")
int BPF_PROG(mm_shrink_slab_end)
{
	struct comm_key key = {};
	bpf_get_current_comm(key.comm, sizeof(key.comm));
	increment_map(&mm_shrink_slab_events_total, &key, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
