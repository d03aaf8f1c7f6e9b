// Every getpriority system call sends 100 records into a ring buffer.

#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include "../examples/include/tracing.bpf.h"

#if defined(__TARGET_ARCH_x86)
#define NR_GETPRIORITY 140
#else
#define NR_GETPRIORITY 141
#endif

#define RECORDS 100
#define KINDS 64

struct record {
	u32 kind;
	u32 value;
	char comm[16];
	struct span_base_t base;
};

record_ring(events, 8 * 1024 * 1024);

static int send(u32 number, void *unused)
{
	struct record *record = reserve_record(events, struct record);
	if (!record) {
		return 0;
	}
	record->kind = number % KINDS;
	record->value = number;
	__builtin_memcpy(record->comm, "some-program\0\0\0", 16);
	__builtin_memset(&record->base, 0, sizeof(record->base));
	record->base.parent.trace_id_hi = 1;
	record->base.parent.span_id = 2;
	record->base.span_id = ((u64)bpf_get_prandom_u32() << 32) | number;
	record->base.span_monotonic_timestamp_ns = bpf_ktime_get_ns();
	record->base.span_duration_ns = 1000 + number;
	bpf_ringbuf_submit(record, 0);
	return 0;
}

SEC("tp_btf/sys_enter")
int send_records(u64 *ctx)
{
	if (ctx[1] == NR_GETPRIORITY) {
		bpf_loop(RECORDS, send, 0, 0);
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
