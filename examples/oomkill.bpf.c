#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#define THIS_CPU 0xffffffffULL // BPF_F_CURRENT_CPU

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} oom_kills_total SEC(".maps");

SEC("kprobe/oom_kill_process")
int BPF_KPROBE(oom_kill_process, struct oom_control *control)
{
	u64 cgroup = BPF_CORE_READ(control, chosen, cgroups, dfl_cgrp, kn, id);

	bpf_perf_event_output(ctx, &oom_kills_total, THIS_CPU, &cgroup, sizeof(cgroup));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
