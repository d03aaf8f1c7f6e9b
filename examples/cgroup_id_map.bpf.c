#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define MAX_CGROUPS 1024

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_CGROUPS);
	__type(key, u64);
	__type(value, u64);
} cgroup_sched_migrations_total SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_CGROUPS);
	__type(key, u64);
	__type(value, u64);
} cgroup_sched_migrations_not_match_total SEC(".maps");

// Kept by the exporter: the ids of cgroups whose path matches.
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_CGROUPS);
	__type(key, u64);
	__type(value, u64);
} cgroup_id_map SEC(".maps");

SEC("tp_btf/sched_migrate_task")
int BPF_PROG(count_migration, struct task_struct *task, int cpu)
{
	u64 cgroup = task->cgroups->dfl_cgrp->kn->id;

	if (bpf_map_lookup_elem(&cgroup_id_map, &cgroup)) {
		increment_map(&cgroup_sched_migrations_total, &cgroup, 1);
	} else {
		increment_map(&cgroup_sched_migrations_not_match_total, &cgroup, 1);
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
