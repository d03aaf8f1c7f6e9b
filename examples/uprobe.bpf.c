#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include "maps.bpf.h"

#define MAX_CGROUPS 1024

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_CGROUPS);
	__type(key, u64);
	__type(value, u64);
} libc_malloc_calls_total SEC(".maps");

SEC("uprobe/libc.so.6:malloc")
int count_malloc(struct pt_regs *ctx)
{
	u64 cgroup = bpf_get_current_cgroup_id();

	increment_map(&libc_malloc_calls_total, &cgroup, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
