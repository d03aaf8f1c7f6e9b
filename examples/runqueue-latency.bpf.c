#include <vmlinux.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define TASK_RUNNING 0
#define MAX_BUCKET 25 // 2^25 us is 34 s

// Until Linux 5.14: 2f064a59a11f ("sched: Change task_struct::state").
struct task_struct___old {
	volatile long state;
} __attribute__((preserve_access_index));

struct latency_key {
	u64 cgroup;
	u64 bucket;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, u32);
	__type(value, u64);
} runnable_since SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024 * (MAX_BUCKET + 2)); // of about a thousand cgroups
	__type(key, struct latency_key);
	__type(value, u64);
} runqueue_latency_seconds SEC(".maps");

static __always_inline int becomes_runnable(u32 pid)
{
	u64 now_ns = bpf_ktime_get_ns();
	if (pid) { // not an idle task
		bpf_map_update_elem(&runnable_since, &pid, &now_ns, BPF_ANY);
	}
	return 0;
}

static __always_inline bool is_runnable(struct task_struct *task)
{
	struct task_struct___old *old = (void *)task;
	if (bpf_core_field_exists(old->state)) {
		return BPF_CORE_READ(old, state) == TASK_RUNNING;
	}
	return BPF_CORE_READ(task, __state) == TASK_RUNNING;
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(sched_wakeup, struct task_struct *task)
{
	return becomes_runnable(task->pid);
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(sched_wakeup_new, struct task_struct *task)
{
	return becomes_runnable(task->pid);
}

SEC("tp_btf/sched_switch")
int BPF_PROG(sched_switch, bool preempt, struct task_struct *previous, struct task_struct *next)
{
	// Who is taken off the CPU and would go on waits again.
	if (preempt || is_runnable(previous)) {
		becomes_runnable(previous->pid);
	}

	u32 pid = next->pid;
	u64 *since_ns = bpf_map_lookup_elem(&runnable_since, &pid);
	if (!since_ns) {
		return 0;
	}
	u64 delta_us = (bpf_ktime_get_ns() - *since_ns) / 1000;
	bpf_map_delete_elem(&runnable_since, &pid);

	struct latency_key key = { .cgroup = next->cgroups->dfl_cgrp->kn->id };
	increment_exp2_histogram(&runqueue_latency_seconds, key, delta_us, MAX_BUCKET);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
