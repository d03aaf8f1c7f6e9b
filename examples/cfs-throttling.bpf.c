#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define MAX_CGROUPS 1024
#define MAX_BUCKET 20 // 2^20 us = 1.05 s

struct throttling_key_t {
	u32 cgroup;
	u32 bucket;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_CGROUPS * (MAX_BUCKET + 1));
	__type(key, struct throttling_key_t);
	__type(value, u64);
} cfs_throttling_seconds SEC(".maps");

SEC("fentry/unthrottle_cfs_rq")
int BPF_PROG(unthrottle_cfs_rq, struct cfs_rq *cfs_rq)
{
	struct throttling_key_t key = {};
	u64 throttled_us = (cfs_rq->rq->clock - cfs_rq->throttled_clock) / 1000;

	key.cgroup = cfs_rq->tg->css.cgroup->kn->id;
	increment_exp2_histogram(&cfs_throttling_seconds, key, throttled_us, MAX_BUCKET);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
