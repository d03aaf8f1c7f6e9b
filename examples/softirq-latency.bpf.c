#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define NR_SOFTIRQS 10
#define MAX_BUCKET 21 // 2^21 us is 2 s

struct latency_key {
	u64 kind;
	u64 bucket;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, NR_SOFTIRQS);
	__type(key, u32);
	__type(value, u64);
} softirq_raised_total SEC(".maps"), softirq_serviced_total SEC(".maps"),
	softirq_raise_timestamp SEC(".maps"), softirq_entry_timestamp SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, NR_SOFTIRQS * (MAX_BUCKET + 1));
	__type(key, struct latency_key);
	__type(value, u64);
} softirq_entry_latency_seconds SEC(".maps"), softirq_service_latency_seconds SEC(".maps");

SEC("tp_btf/softirq_raise")
int BPF_PROG(softirq_raise, u32 vec)
{
	increment_map_nosync(&softirq_raised_total, &vec, 1);

	// A softirq that is already pending keeps waiting since its first raise.
	u64 *raised_ns = bpf_map_lookup_elem(&softirq_raise_timestamp, &vec);
	if (raised_ns && !*raised_ns) {
		*raised_ns = bpf_ktime_get_ns();
	}
	return 0;
}

SEC("tp_btf/softirq_entry")
int BPF_PROG(softirq_entry, u32 vec)
{
	u64 *raised_ns = bpf_map_lookup_elem(&softirq_raise_timestamp, &vec);
	u64 *entered_ns = bpf_map_lookup_elem(&softirq_entry_timestamp, &vec);
	if (!raised_ns || !entered_ns) {
		return 0;
	}

	*entered_ns = bpf_ktime_get_ns();
	if (*raised_ns) {
		struct latency_key key = { .kind = vec };
		increment_exp2_histogram_nosync(&softirq_entry_latency_seconds, key,
						(*entered_ns - *raised_ns) / 1000, MAX_BUCKET);
		*raised_ns = 0;
	}
	return 0;
}

SEC("tp_btf/softirq_exit")
int BPF_PROG(softirq_exit, u32 vec)
{
	increment_map_nosync(&softirq_serviced_total, &vec, 1);

	u64 entered_ns = read_array_ptr(&softirq_entry_timestamp, &vec);
	if (entered_ns) {
		struct latency_key key = { .kind = vec };
		increment_exp2_histogram_nosync(&softirq_service_latency_seconds, key,
						(bpf_ktime_get_ns() - entered_ns) / 1000, MAX_BUCKET);
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
