#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

struct bytes_key {
	char comm[16];
	u8 family;
	u8 protocol;
	u16 unused;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct bytes_key);
	__type(value, u64);
} socket_sent_bytes_total SEC(".maps"), socket_received_bytes_total SEC(".maps");

static __always_inline int count(void *map, struct sock *sk, int bytes)
{
	struct bytes_key key = {};
	if (bytes <= 0) {
		return 0;
	}
	bpf_get_current_comm(key.comm, sizeof(key.comm));
	key.family = sk->__sk_common.skc_family;
	key.protocol = sk->sk_protocol;
	increment_map(map, &key, bytes);
	return 0;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(sock_send_length, struct sock *sk, int bytes)
{
	return count(&socket_sent_bytes_total, sk, bytes);
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(sock_recv_length, struct sock *sk, int bytes, int flags)
{
	return flags & 2 /* MSG_PEEK */ ? 0 : count(&socket_received_bytes_total, sk, bytes);
}

char LICENSE[] SEC("license") = "GPL";
