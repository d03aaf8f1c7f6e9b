#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include "block-request.bpf.h"
#include "tracing.bpf.h"

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

static __always_inline void describe(struct bio_span *span, u64 id, u64 start_ns)
{
	struct request *request = (void *)id;

	span->base.span_duration_ns = span->base.span_monotonic_timestamp_ns - start_ns;
	span->base.span_monotonic_timestamp_ns = start_ns;
	span->device = device_of(request);
	span->operation = operation_of(request);
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
