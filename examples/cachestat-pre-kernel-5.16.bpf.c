#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

enum page_cache_op { CACHE_ACCESS, CACHE_WRITE, PAGE_ADD_LRU, PAGE_MARK_DIRTY };

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, u8);
	__type(value, u64);
} page_cache_ops_total SEC(".maps");

static __always_inline int count(u8 op)
{
	increment_map(&page_cache_ops_total, &op, 1);
	return 0;
}

SEC("fentry/mark_page_accessed")
int BPF_PROG(mark_page_accessed)
{
	return count(CACHE_ACCESS);
}

SEC("fentry/mark_buffer_dirty")
int BPF_PROG(mark_buffer_dirty)
{
	return count(CACHE_WRITE);
}

SEC("fentry/add_to_page_cache_lru")
int BPF_PROG(add_to_page_cache_lru)
{
	return count(PAGE_ADD_LRU);
}

// Gone since Linux 5.16, where the example cachestat takes over.
SEC("fentry/account_page_dirtied")
int BPF_PROG(account_page_dirtied)
{
	return count(PAGE_MARK_DIRTY);
}

char LICENSE[] SEC("license") = "GPL";
