#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "maps.bpf.h"

#define MAX_BUCKET 27 // 2^27 us is 134 s
#define OP_MASK 0xff // the rest of cmd_flags is flags

// Before Linux 5.11: a54895fa057c ("block: remove the request_queue to argument request based tracepoints"). Some stable
// kernels of the 5.10 series took it too, so the version does not tell: the number of arguments does.
typedef void (*btf_trace_block_rq_insert___with_queue)(void *, struct request_queue *, struct request *);

// Before Linux 5.17: f3fa33acca9f ("block: remove the ->rq_disk field in struct request").
struct request___with_disk {
	struct gendisk *rq_disk;
} __attribute__((preserve_access_index));

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
	u64 request = ctx[0];
	if (bpf_core_type_exists(btf_trace_block_rq_insert___with_queue)) {
		request = ctx[1];
		barrier_var(request); // one load at a computed offset would not pass the verifier
	}

	u64 now_ns = bpf_ktime_get_ns();
	bpf_map_update_elem(&start, &request, &now_ns, flags);
	return 0;
}

static __always_inline struct gendisk *request_disk(struct request *request)
{
	struct request___with_disk *old = (void *)request;
	if (bpf_core_field_exists(old->rq_disk)) {
		return BPF_CORE_READ(old, rq_disk);
	}
	return BPF_CORE_READ(request, q, disk);
}

// As new_encode_dev() of the kernel.
static __always_inline u32 encode_device(u32 major, u32 minor)
{
	return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
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
	struct gendisk *disk = request_disk(request);
	struct bio_latency_key key = {
		.device = encode_device(BPF_CORE_READ(disk, major), BPF_CORE_READ(disk, first_minor)),
		.operation = BPF_CORE_READ(request, cmd_flags) & OP_MASK,
	};
	increment_exp2_histogram(&bio_latency_seconds, key, delta_us, MAX_BUCKET);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
