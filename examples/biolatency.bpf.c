#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include "block-request.bpf.h"
#include "maps.bpf.h"

#define MAX_BUCKET 27 // 2^27 us is 134 s

struct bio_latency_key {
	u32 device;
	u32 operation;
	u64 bucket;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10000);
	__type(key, u64);
	__type(value, u64);
} start SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 99960);
	__type(key, struct bio_latency_key);
	__type(value, u64);
} bio_latency_seconds SEC(".maps");

static __always_inline int start_request(u64 *ctx, u64 flags)
{
	u64 request = request_of(ctx);
	u64 now_ns = bpf_ktime_get_ns();
	bpf_map_update_elem(&start, &request, &now_ns, flags);
	return 0;
}

SEC("raw_tp/block_rq_insert")
int block_rq_insert(u64 *ctx)
{
	return start_request(ctx, BPF_ANY);
}

SEC("raw_tp/block_rq_issue")
int block_rq_issue(u64 *ctx)
{
	// Only requests that skipped the scheduler start here.
	return start_request(ctx, BPF_NOEXIST);
}

SEC("raw_tp/block_rq_complete")
int block_rq_complete(u64 *ctx)
{
	u64 id = ctx[0];
	u64 *start_ns = bpf_map_lookup_elem(&start, &id);
	if (!start_ns) {
		return 0;
	}

	u64 delta_us = (bpf_ktime_get_ns() - *start_ns) / 1000;
	bpf_map_delete_elem(&start, &id);

	struct request *request = (void *)id;
	struct bio_latency_key key = { .device = device_of(request), .operation = operation_of(request) };
	increment_exp2_histogram(&bio_latency_seconds, key, delta_us, MAX_BUCKET);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
