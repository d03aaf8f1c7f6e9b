#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define NET_RX_SOFTIRQ 3
#define MAX_BUCKET 31 // 2^31 ns is 2 s

struct bucket_key { // as keys of arrays are: a u32
	u32 bucket;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} softirq_raised_total SEC(".maps"), softirq_serviced_total SEC(".maps"),
	softirq_raise_timestamp SEC(".maps"), softirq_entry_timestamp SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, MAX_BUCKET + 2); // the sum comes last
	__type(key, u32);
	__type(value, u64);
} softirq_wait_seconds SEC(".maps"), softirq_runtime_seconds SEC(".maps");

SEC("tp_btf/softirq_raise")
int BPF_PROG(softirq_raise, u32 vec)
{
	u32 zero = 0;

	if (vec != NET_RX_SOFTIRQ) {
		return 0;
	}

	increment_map_nosync(&softirq_raised_total, &zero, 1);

	// A softirq that is already pending keeps waiting since its first raise.
	u64 *raised_ns = bpf_map_lookup_elem(&softirq_raise_timestamp, &zero);
	if (raised_ns && !*raised_ns) {
		*raised_ns = bpf_ktime_get_ns();
	}
	return 0;
}

SEC("tp_btf/softirq_entry")
int BPF_PROG(softirq_entry, u32 vec)
{
	u32 zero = 0;

	if (vec != NET_RX_SOFTIRQ) {
		return 0;
	}

	u64 *raised_ns = bpf_map_lookup_elem(&softirq_raise_timestamp, &zero);
	u64 *entered_ns = bpf_map_lookup_elem(&softirq_entry_timestamp, &zero);
	if (!raised_ns || !entered_ns) {
		return 0;
	}

	*entered_ns = bpf_ktime_get_ns();
	if (*raised_ns) {
		struct bucket_key key;
		increment_exp2_histogram_nosync(&softirq_wait_seconds, key, *entered_ns - *raised_ns,
						MAX_BUCKET);
		*raised_ns = 0;
	}
	return 0;
}

SEC("tp_btf/softirq_exit")
int BPF_PROG(softirq_exit, u32 vec)
{
	u32 zero = 0;

	if (vec != NET_RX_SOFTIRQ) {
		return 0;
	}

	increment_map_nosync(&softirq_serviced_total, &zero, 1);

	u64 entered_ns = read_array_ptr(&softirq_entry_timestamp, &zero);
	if (entered_ns) {
		struct bucket_key key;
		increment_exp2_histogram_nosync(&softirq_runtime_seconds, key, bpf_ktime_get_ns() - entered_ns,
						MAX_BUCKET);
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
