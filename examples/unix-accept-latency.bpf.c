#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"
#include "unix-path.bpf.h"

#define MAX_BUCKET 10 // 2^10 ms is 1 s
#define ADDRESSES 3

struct accept_latency_key {
	u64 addr;
	u64 bucket;
};

struct enqueued {
	u64 addr;
	u64 ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ADDRESSES * (MAX_BUCKET + 2));
	__type(key, struct accept_latency_key);
	__type(value, u64);
} unix_accept_latency_seconds SEC(".maps");

// Storage of sockets in fentry programs: since Linux 5.11, 8e4597c627fb ("bpf: Allow using bpf_sk_storage in
// FENTRY/FEXIT/RAW_TP").
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct enqueued);
} enqueue_ts SEC(".maps");

// The last step before the new socket joins the listener's queue.
SEC("fentry/security_unix_stream_connect")
int BPF_PROG(connecting, struct sock *sk, struct sock *listener, struct sock *new)
{
	struct enqueued enqueued = {};
	char path[UNIX_PATH_BYTES] = {};

	unix_path(path, listener);
	if (IS_BOUND_TO(path, "/run/dbus/system_bus_socket")) {
		enqueued.addr = 0;
	} else if (IS_BOUND_TO(path, "/run/systemd/journal/stdout")) {
		enqueued.addr = 1;
	} else if (IS_BOUND_TO(path, "/var/run/mysqld/mysqld.sock")) {
		enqueued.addr = 2;
	} else {
		return 0;
	}

	enqueued.ns = bpf_ktime_get_ns();
	bpf_sk_storage_get(&enqueue_ts, new, &enqueued, BPF_SK_STORAGE_GET_F_CREATE);
	return 0;
}

SEC("fexit/unix_accept")
int BPF_PROG(accepted, struct socket *listener, struct socket *new)
{
	struct sock *sk = new->sk;
	if (!sk) { // it failed
		return 0;
	}

	struct enqueued *enqueued = bpf_sk_storage_get(&enqueue_ts, sk, NULL, 0);
	if (!enqueued) {
		return 0;
	}

	struct accept_latency_key key = { .addr = enqueued->addr };
	u64 delta_ms = (bpf_ktime_get_ns() - enqueued->ns) / 1000000;
	increment_exp2_histogram(&unix_accept_latency_seconds, key, delta_ms, MAX_BUCKET);
	bpf_sk_storage_delete(&enqueue_ts, sk);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
