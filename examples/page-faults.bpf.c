#include <vmlinux.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define VM_FAULT_MAJOR 0x4 // had to wait for a disk
#define VM_FAULT_RETRY 0x400 // comes again

struct fault_key {
	char comm[16];
	u32 major;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct fault_key);
	__type(value, u64);
} page_faults_total SEC(".maps");

// Four arguments since Linux 5.9: bce617edecad ("mm: do page fault accounting in handle_mm_fault").
SEC("fexit/handle_mm_fault")
int BPF_PROG(handle_mm_fault, void *vma, unsigned long address, unsigned int flags, struct pt_regs *regs, u32 result)
{
	struct fault_key key = { .major = !!(result & VM_FAULT_MAJOR) };
	if (result & VM_FAULT_RETRY) {
		return 0;
	}
	bpf_get_current_comm(key.comm, sizeof(key.comm));
	increment_map(&page_faults_total, &key, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
