// What a block request is, on every kernel. Include vmlinux.h first.

#pragma once

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

// Before Linux 5.11: a54895fa057c ("block: remove the request_queue to argument request based tracepoints"). Some stable
// kernels of the 5.10 series took it too, so the version does not tell: the number of arguments does.
typedef void (*btf_trace_block_rq_insert___with_queue)(void *, struct request_queue *, struct request *);

// Before Linux 5.17: f3fa33acca9f ("block: remove the ->rq_disk field in struct request").
struct request___with_disk {
	struct gendisk *rq_disk;
} __attribute__((preserve_access_index));

// The request of the tracepoints block_rq_insert and block_rq_issue.
static __always_inline u64 request_of(u64 *ctx)
{
	u64 request = ctx[0];
	if (bpf_core_type_exists(btf_trace_block_rq_insert___with_queue)) {
		request = ctx[1];
		barrier_var(request); // one load at a computed offset would not pass the verifier
	}
	return request;
}

static __always_inline struct gendisk *disk_of(struct request *request)
{
	struct request___with_disk *old = (void *)request;
	if (bpf_core_field_exists(old->rq_disk)) {
		return BPF_CORE_READ(old, rq_disk);
	}
	return BPF_CORE_READ(request, q, disk);
}

// As new_encode_dev() of the kernel, which the decoder majorminor takes.
static __always_inline u32 device_of(struct request *request)
{
	struct gendisk *disk = disk_of(request);
	u32 major = BPF_CORE_READ(disk, major);
	u32 minor = BPF_CORE_READ(disk, first_minor);
	return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
}

// enum req_op; the rest of cmd_flags is flags.
static __always_inline u32 operation_of(struct request *request)
{
	return BPF_CORE_READ(request, cmd_flags) & 0xff;
}
