#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include "block-request.bpf.h"
#include "maps.bpf.h"

#define MAX_SIZE_BUCKET 26 // 64 MiB
#define MAX_DEPTH_BUCKET 13 // 4096

struct io_key {
	u32 device;
	u32 operation;
	u64 bucket;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct io_key);
	__type(value, u64);
} block_io_size_bytes SEC(".maps"), block_io_queue_depth SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, u32);
	__type(value, u64);
} in_flight SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, u64);
	__type(value, u32);
} issued SEC(".maps"); // and the device; a request that began before us is not

SEC("raw_tp/block_rq_issue")
int block_rq_issue(u64 *ctx)
{
	u64 id = request_of(ctx);
	struct request *request = (void *)id;
	struct io_key key = { .device = device_of(request), .operation = operation_of(request) };

	u64 bytes = BPF_CORE_READ(request, __data_len);
	if (bytes) { // not a flush
		increment_exp2_histogram(&block_io_size_bytes, key, bytes, MAX_SIZE_BUCKET);
	}
	// Requeued requests are issued again.
	if (bpf_map_update_elem(&issued, &id, &key.device, BPF_NOEXIST) == 0) {
		u64 depth = increment_map(&in_flight, &key.device, 1);
		increment_exp2zero_histogram(&block_io_queue_depth, key, depth, MAX_DEPTH_BUCKET);
	}
	return 0;
}

SEC("raw_tp/block_rq_complete")
int block_rq_complete(u64 *ctx)
{
	u64 id = ctx[0];
	u32 *device = bpf_map_lookup_elem(&issued, &id);
	if (!device) {
		return 0;
	}
	u64 *depth = bpf_map_lookup_elem(&in_flight, device);
	if (depth) {
		__sync_fetch_and_add(depth, -1);
	}
	bpf_map_delete_elem(&issued, &id);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
