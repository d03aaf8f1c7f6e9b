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
} cgroup_cgrp_storage_sched_migrations_total SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_CGROUPS);
	__type(key, u64);
	__type(value, u64);
} cgroup_cgrp_storage_sched_migrations_not_match_total SEC(".maps");

// Filled by the exporter: stored with each cgroup whose path matches.
struct {
	__uint(type, BPF_MAP_TYPE_CGRP_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, u64);
} cgroup_id_map_cgrp_storage SEC(".maps");

SEC("tp_btf/sched_migrate_task")
int BPF_PROG(count_migration, struct task_struct *task, int cpu)
{
	struct cgroup *cgroup = task->cgroups->dfl_cgrp;
	u64 id = cgroup->kn->id;

	if (bpf_cgrp_storage_get(&cgroup_id_map_cgrp_storage, cgroup, NULL, 0)) {
		increment_map(&cgroup_cgrp_storage_sched_migrations_total, &id, 1);
	} else {
		increment_map(&cgroup_cgrp_storage_sched_migrations_not_match_total, &id, 1);
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
