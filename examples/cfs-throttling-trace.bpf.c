#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>
#include "tracing.bpf.h"

// The library with the probes that examples/demos pass, beside this object.
#define SPAN_PROBES "libspan_probes.so"

#define MAX_FRAMES 20

struct cfs_throttle_span {
	struct span_base_t base;
	u64 kstack[MAX_FRAMES];
};

// The cgroups whose user-space span is open, and that span.
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 10240);
	__type(key, u32);
	__type(value, struct span_parent_t);
} traced_cgroups SEC(".maps");

record_ring(cfs_throttle_spans, 256 * 1024);

SEC("usdt/" SPAN_PROBES ":ebpf_exporter:cfs_set_parent_span")
int BPF_USDT(cfs_set_parent_span, u32 cgroup, u64 trace_id_hi, u64 trace_id_lo, u64 span_id)
{
	struct span_parent_t parent = {
		.trace_id_hi = trace_id_hi,
		.trace_id_lo = trace_id_lo,
		.span_id = span_id,
	};

	bpf_map_update_elem(&traced_cgroups, &cgroup, &parent, BPF_ANY);
	return 0;
}

SEC("usdt/" SPAN_PROBES ":ebpf_exporter:cfs_clear_parent_span")
int BPF_USDT(cfs_clear_parent_span, u32 cgroup)
{
	bpf_map_delete_elem(&traced_cgroups, &cgroup);
	return 0;
}

SEC("tp_btf/cgroup_release")
int BPF_PROG(cgroup_release, struct cgroup *cgroup)
{
	u32 id = cgroup->kn->id;

	bpf_map_delete_elem(&traced_cgroups, &id);
	return 0;
}

SEC("fentry/unthrottle_cfs_rq")
int BPF_PROG(unthrottle_cfs_rq, struct cfs_rq *cfs_rq)
{
	u32 cgroup = cfs_rq->tg->css.cgroup->kn->id;
	struct span_parent_t *parent = bpf_map_lookup_elem(&traced_cgroups, &cgroup);

	// Since Linux 6.2 the clock does not run while the cgroup had nothing to do on this CPU: 677ea015f231 ("sched: add
	// throttled time stat for throttled children").
	if (!parent || !cfs_rq->throttled_clock) {
		return 0;
	}
	u64 throttled_ns = cfs_rq->rq->clock - cfs_rq->throttled_clock;
	submit_counted_span(cfs_throttle_spans, struct cfs_throttle_span, parent, {
		span->base.span_duration_ns = throttled_ns;
		span->base.span_monotonic_timestamp_ns -= throttled_ns;
		__builtin_memset(span->kstack, 0, sizeof(span->kstack));
		bpf_get_stack(ctx, span->kstack, sizeof(span->kstack), 0);
	});
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
