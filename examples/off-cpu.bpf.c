#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define MAX_STACK_DEPTH 20
#define SKIP_OWN_FRAMES 2

// Shorter waits are not counted: the stack is what costs.
const volatile u64 min_us = 1000;

struct wait {
	u64 since_ns;
	u64 kstack[MAX_STACK_DEPTH];
};

struct wait_key {
	char comm[16];
	u64 kstack[MAX_STACK_DEPTH];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, u32);
	__type(value, struct wait);
} waits SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct wait);
} scratch SEC(".maps"); // too large for the stack of a BPF program

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct wait_key);
	__type(value, u64);
} off_cpu_microseconds_total SEC(".maps");

SEC("tp_btf/sched_switch")
int BPF_PROG(sched_switch, bool preempt, struct task_struct *previous, struct task_struct *next)
{
	u32 zero = 0, pid = next->pid;
	u64 now_ns = bpf_ktime_get_ns();

	struct wait *over = bpf_map_lookup_elem(&waits, &pid);
	if (over) {
		u64 delta_us = (now_ns - over->since_ns) / 1000;
		if (delta_us >= min_us) {
			struct wait_key key;
			__builtin_memcpy(key.kstack, over->kstack, sizeof(key.kstack));
			bpf_probe_read_kernel(key.comm, sizeof(key.comm), next->comm);
			increment_map(&off_cpu_microseconds_total, &key, delta_us);
		}
		bpf_map_delete_elem(&waits, &pid);
	}

	// Who is preempted does not wait for anything but a CPU: runqueue-latency shows that.
	pid = previous->pid;
	struct wait *wait = bpf_map_lookup_elem(&scratch, &zero);
	if (preempt || !pid || !wait) {
		return 0;
	}
	__builtin_memset(wait->kstack, 0, sizeof(wait->kstack));
	bpf_get_stack(ctx, wait->kstack, sizeof(wait->kstack), SKIP_OWN_FRAMES);
	wait->since_ns = now_ns;
	bpf_map_update_elem(&waits, &pid, wait, BPF_ANY);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
