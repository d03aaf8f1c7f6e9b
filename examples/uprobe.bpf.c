#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include "maps.bpf.h"

struct malloc_key {
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct malloc_key);
	__type(value, u64);
} libc_malloc_calls_total SEC(".maps");

SEC("uprobe/libc.so.6:malloc")
int count_malloc(struct pt_regs *ctx)
{
	struct malloc_key key = {};
	bpf_get_current_comm(key.comm, sizeof(key.comm));
	increment_map(&libc_malloc_calls_total, &key, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
