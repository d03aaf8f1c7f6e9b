#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define MAX_BUCKET 24 // 2^24 us is 17 s

enum result { FAILED, DONE };

struct handshake_key {
	char comm[16];
	u32 result;
	u32 bucket;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, u64);
	__type(value, u64);
} start SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct handshake_key);
	__type(value, u64);
} tls_handshake_seconds SEC(".maps");

SEC("uprobe/libssl.so.3:SSL_do_handshake")
int enter(void *ctx)
{
	u64 thread = bpf_get_current_pid_tgid();
	u64 now_ns = bpf_ktime_get_ns();
	bpf_map_update_elem(&start, &thread, &now_ns, BPF_ANY);
	return 0;
}

// A program that does not block calls again and again: each call that does not end the handshake fails.
SEC("uretprobe/libssl.so.3:SSL_do_handshake")
int BPF_KRETPROBE(leave, int result)
{
	u64 thread = bpf_get_current_pid_tgid();
	u64 *start_ns = bpf_map_lookup_elem(&start, &thread);
	if (!start_ns) {
		return 0;
	}
	u64 delta_us = (bpf_ktime_get_ns() - *start_ns) / 1000;
	bpf_map_delete_elem(&start, &thread);

	struct handshake_key key = { .result = result == 1 ? DONE : FAILED };
	bpf_get_current_comm(key.comm, sizeof(key.comm));
	increment_exp2_histogram(&tls_handshake_seconds, key, delta_us, MAX_BUCKET);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
