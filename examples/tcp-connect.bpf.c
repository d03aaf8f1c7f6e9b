#include <vmlinux.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define MAX_BUCKET 27 // 2^27 us is 134 s

struct latency_key {
	u64 port;
	u64 bucket;
};

struct failure_key {
	u16 port;
	u16 errno;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, u64);
	__type(value, u64);
} start SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 256 * (MAX_BUCKET + 2)); // of about 256 ports
	__type(key, struct latency_key);
	__type(value, u64);
} tcp_connect_seconds SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct failure_key);
	__type(value, u64);
} tcp_connect_failures_total SEC(".maps");

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(inet_sock_set_state, struct sock *sk, int from, int to)
{
	u64 id = (u64)sk;
	u64 now_ns = bpf_ktime_get_ns();

	if (to == TCP_SYN_SENT) {
		bpf_map_update_elem(&start, &id, &now_ns, BPF_ANY);
		return 0;
	}
	u64 *start_ns = bpf_map_lookup_elem(&start, &id);
	if (from != TCP_SYN_SENT || !start_ns) {
		return 0;
	}

	u64 delta_us = (now_ns - *start_ns) / 1000;
	bpf_map_delete_elem(&start, &id);
	u16 port = bpf_ntohs(sk->__sk_common.skc_dport);
	if (to == TCP_ESTABLISHED) {
		struct latency_key key = { .port = port };
		increment_exp2_histogram(&tcp_connect_seconds, key, delta_us, MAX_BUCKET);
	} else {
		// 0 where the process gave up, which closes the socket without an error.
		struct failure_key key = { .port = port, .errno = sk->sk_err };
		increment_map(&tcp_connect_failures_total, &key, 1);
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
