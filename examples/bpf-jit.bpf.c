#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "maps.bpf.h"

#define PAGE_SIZE 4096

const volatile u64 kaddr_bpf_jit_current = 0;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} bpf_jit_pages_currently_allocated SEC(".maps");

static __always_inline int read_current(void)
{
	u32 zero = 0;
	u64 current = 0;
	bpf_probe_read_kernel(&current, sizeof(current), (void *)kaddr_bpf_jit_current);

	// Bytes since Linux 5.17: 3486bedd9919 ("bpf: Use bytes instead of pages for bpf_jit_[charge|uncharge]_modmem"),
	// and with it ed2d9e1a26cc ("bpf: Use size instead of pages in bpf_binary_header").
	if (!bpf_core_field_exists(((struct bpf_binary_header *)0)->pages)) {
		current = (current + PAGE_SIZE - 1) / PAGE_SIZE;
	}
	bpf_map_update_elem(&bpf_jit_pages_currently_allocated, &zero, &current, BPF_ANY);
	return 0;
}

// What is freed is seen at the next allocation.
SEC("kprobe/bpf_jit_binary_alloc")
int allocated(void *ctx)
{
	return read_current();
}

SEC("uprobe//proc/self/exe:post_attach_mark")
int attached(void *ctx)
{
	return read_current();
}

char LICENSE[] SEC("license") = "GPL";
