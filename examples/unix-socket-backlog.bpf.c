#include <vmlinux.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"
#include "unix-path.bpf.h"

#define MAX_BUCKET 17 // 2^16 is 65536

struct backlog_key {
	u64 addr;
	u64 bucket;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_BUCKET + 2); // the sum comes last
	__type(key, struct backlog_key);
	__type(value, u64);
} unix_socket_backlog SEC(".maps");

SEC("fexit/unix_find_other")
int unix_find_other(u64 *ctx)
{
	// Where the result is depends on the number of arguments, which changed in Linux 5.17 (6 to 4) and 6.16 (to 5).
	u64 result = 0;
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_func_ret)) { // since 5.17
		bpf_get_func_ret(ctx, &result);
	} else {
		result = ctx[6];
	}

	struct sock *listener = (void *)result;
	char path[UNIX_PATH_BYTES] = {};
	unix_path(path, listener);
	if (!IS_BOUND_TO(path, "/var/run/docker/metrics.sock")) {
		return 0;
	}

	struct backlog_key key = {};
	increment_exp2zero_histogram(&unix_socket_backlog, key, BPF_CORE_READ(listener, sk_receive_queue.qlen),
				     MAX_BUCKET);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
