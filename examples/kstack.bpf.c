#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define MAX_STACK_DEPTH 20

struct stack_key {
	u64 kstack[MAX_STACK_DEPTH];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 128);
	__type(key, struct stack_key);
	__type(value, u64);
} mark_page_accessed_total SEC(".maps");

SEC("fentry/mark_page_accessed")
int BPF_PROG(mark_page_accessed)
{
	struct stack_key key = {};
	if (bpf_get_stack(ctx, key.kstack, sizeof(key.kstack), 0) < 0) {
		return 0;
	}
	increment_map(&mark_page_accessed_total, &key, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
