#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include "maps.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 512);
	__type(key, u32);
	__type(value, u64);
} llc_misses_total SEC(".maps"), llc_references_total SEC(".maps");

static __always_inline int count(void *map, u64 sample_period)
{
	u32 cpu = bpf_get_smp_processor_id();
	increment_map(map, &cpu, sample_period);
	return 0;
}

SEC("perf_event/type=0,config=3,frequency=1")
int cache_miss(struct bpf_perf_event_data *ctx)
{
	return count(&llc_misses_total, ctx->sample_period);
}

SEC("perf_event/type=0,config=2,frequency=1")
int cache_reference(struct bpf_perf_event_data *ctx)
{
	return count(&llc_references_total, ctx->sample_period);
}

char LICENSE[] SEC("license") = "GPL";
