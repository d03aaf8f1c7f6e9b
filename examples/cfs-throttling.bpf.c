#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define MAX_CGROUPS 1024
#define MAX_BUCKET 20 // 2^20 us = 1.05 s
#define DRIFT_SHIFT 13 // 122 parts in a million

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

// How far clocks of runqueues are ahead of ours. A runqueue's own stands still while its CPU sleeps, so that
// the difference is at least what was seen last, less what clocks drift apart since.
struct {
	s64 ahead;
	u64 seen_at;
} clocks;

static __always_inline u64 runqueue_clock(struct cfs_rq *cfs_rq)
{
	u64 now = bpf_ktime_get_ns();
	u64 clock = cfs_rq->rq->clock;
	s64 seen = clocks.ahead - (s64)((now - clocks.seen_at) >> DRIFT_SHIFT);

	if (!clocks.seen_at || (s64)(clock - now) >= seen) {
		clocks.ahead = clock - now;
		clocks.seen_at = now;
		return clock;
	}
	return now + seen;
}

SEC("fentry/unthrottle_cfs_rq")
int BPF_PROG(unthrottle_cfs_rq, struct cfs_rq *cfs_rq)
{
	struct throttling_key_t key = {};
	u64 throttled_us;

	// Since Linux 6.2 the clock does not run while the cgroup had nothing to do on this CPU: 677ea015f231 ("sched: add
	// throttled time stat for throttled children").
	if (!cfs_rq->throttled_clock)
		return 0;
	throttled_us = (runqueue_clock(cfs_rq) - cfs_rq->throttled_clock) / 1000;
	key.cgroup = cfs_rq->tg->css.cgroup->kn->id;
	increment_exp2_histogram(&cfs_throttling_seconds, key, throttled_us, MAX_BUCKET);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
