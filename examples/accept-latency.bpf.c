#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define MAX_BUCKET 26 // 2^26 us is 67 s

struct accept_latency_key {
	u64 port;
	u64 bucket;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, u64);
	__type(value, u64);
} start SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 27648);
	__type(key, struct accept_latency_key);
	__type(value, u64);
} accept_latency_seconds SEC(".maps");

// A SYN has arrived: its request waits for the end of the handshake, then for accept.
SEC("kprobe/inet_csk_reqsk_queue_hash_add")
int BPF_KPROBE(requested, struct sock *listener, struct request_sock *request)
{
	u64 id = (u64)request;
	u64 now_ns = bpf_ktime_get_ns();
	bpf_map_update_elem(&start, &id, &now_ns, BPF_ANY);
	return 0;
}

// Takes the first request of the queue. On an empty queue accept fails, or sleeps, and what it wakes up for is not seen.
SEC("kprobe/inet_csk_accept")
int BPF_KPROBE(accepting, struct sock *listener)
{
	struct inet_connection_sock *icsk = (void *)listener;
	u64 id = (u64)BPF_CORE_READ(icsk, icsk_accept_queue.rskq_accept_head);
	u64 *start_ns = bpf_map_lookup_elem(&start, &id);
	if (!start_ns) {
		return 0;
	}

	u64 delta_us = (bpf_ktime_get_ns() - *start_ns) / 1000;
	bpf_map_delete_elem(&start, &id);

	struct accept_latency_key key = { .port = BPF_CORE_READ(listener, __sk_common.skc_num) };
	increment_exp2_histogram(&accept_latency_seconds, key, delta_us, MAX_BUCKET);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
