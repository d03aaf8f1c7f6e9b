#include <vmlinux.h>
#include "operation-latency.bpf.h"

#define OPERATION_LATENCIES cephfs_latency_seconds

enum operation { READ, WRITE, MKDIR, UNLINK, FSYNC };

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 140);
	__type(key, struct operation_key);
	__type(value, u64);
} OPERATION_LATENCIES SEC(".maps");

MEASURE(ceph_read_iter, READ)
MEASURE(ceph_write_iter, WRITE)
MEASURE(ceph_mkdir, MKDIR)
MEASURE(ceph_unlink, UNLINK)
MEASURE(ceph_fsync, FSYNC)

char LICENSE[] SEC("license") = "GPL";
