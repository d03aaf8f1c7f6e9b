#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "tracing.bpf.h"

#define OP_MASK 0xff // the rest of cmd_flags is flags

extern int LINUX_KERNEL_VERSION __kconfig;

// Before Linux 5.17: f3fa33acca9f ("block: remove the ->rq_disk field in struct request").
struct request___with_disk {
	struct gendisk *rq_disk;
} __attribute__((preserve_access_index));

struct bio_span {
	struct span_base_t base;
	u32 device;
	u32 operation;
};

// When the request came to where it is: into the queue, then to the device.
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, u64);
	__type(value, u64);
} start SEC(".maps");

record_ring(block_rq_insert_spans, 256 * 1024);
record_ring(block_rq_service_spans, 256 * 1024);

// The queue came first up to a54895fa057c ("block: remove the request_queue to argument request based
// tracepoints") of Linux 5.11, which stable took into 5.10.137.
static __always_inline u64 request_of(u64 *ctx)
{
	u64 request = ctx[0];
	if (LINUX_KERNEL_VERSION < KERNEL_VERSION(5, 10, 137)) {
		request = ctx[1];
		barrier_var(request); // one load at a computed offset would not pass those verifiers
	}
	return request;
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

static __always_inline void describe(struct bio_span *span, u64 id, u64 start_ns)
{
	struct request *request = (void *)id;
	struct gendisk *disk = request_disk(request);

	span->base.span_duration_ns = span->base.span_monotonic_timestamp_ns - start_ns;
	span->base.span_monotonic_timestamp_ns = start_ns;
	span->device = encode_device(BPF_CORE_READ(disk, major), BPF_CORE_READ(disk, first_minor));
	span->operation = BPF_CORE_READ(request, cmd_flags) & OP_MASK;
}

SEC("raw_tp/block_rq_insert")
int block_rq_insert(u64 *ctx)
{
	u64 request = request_of(ctx);
	u64 now_ns = bpf_ktime_get_ns();

	bpf_map_update_elem(&start, &request, &now_ns, BPF_ANY);
	return 0;
}

SEC("raw_tp/block_rq_issue")
int block_rq_issue(u64 *ctx)
{
	struct span_parent_t none = {};
	u64 request = request_of(ctx);
	u64 now_ns = bpf_ktime_get_ns();
	u64 *inserted_ns = bpf_map_lookup_elem(&start, &request);

	if (inserted_ns) { // the others skipped the queue
		submit_counted_span(block_rq_insert_spans, struct bio_span, &none,
				    { describe(span, request, *inserted_ns); });
	}
	bpf_map_update_elem(&start, &request, &now_ns, BPF_ANY);
	return 0;
}

SEC("raw_tp/block_rq_complete")
int block_rq_complete(u64 *ctx)
{
	struct span_parent_t none = {};
	u64 request = ctx[0];
	u64 *issued_ns = bpf_map_lookup_elem(&start, &request);

	if (!issued_ns) {
		return 0;
	}
	submit_counted_span(block_rq_service_spans, struct bio_span, &none,
			    { describe(span, request, *issued_ns); });
	bpf_map_delete_elem(&start, &request);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
