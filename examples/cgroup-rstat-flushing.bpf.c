#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define MAX_BUCKET 24 // 2^24 x 100 ns is 1.7 s
#define MAX_LEVEL 5   // deeper cgroups count as this
#define FLUSH_LEVELS 5
#define MAX_CONCURRENT 131072

enum map_error { UNKNOWN, NO_MEMORY, BUSY, ALREADY_EXISTS, NO_ELEM, TIMESTAMP_ZERO, NR_MAP_ERRORS };

struct bucket_key { // as keys of arrays are: a u32
	u32 bucket;
};

struct flush_key {
	u16 level;
	u16 bucket;
};

struct lock_key {
	u8 contended;
	u8 yield;
	u16 level;
};

struct flush_id {
	u64 thread;
	u64 cgroup;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, NR_MAP_ERRORS);
	__type(key, u32);
	__type(value, u64);
} cgroup_rstat_map_errors_total SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, MAX_LEVEL + 1);
	__type(key, u32);
	__type(value, u64);
} cgroup_rstat_flush_total SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 128);
	__type(key, struct lock_key);
	__type(value, u64);
} cgroup_rstat_locked_total SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, MAX_BUCKET + 2); // the sum comes last
	__type(key, u32);
	__type(value, u64);
} cgroup_rstat_lock_wait_seconds SEC(".maps"), cgroup_rstat_lock_hold_seconds SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, FLUSH_LEVELS * (MAX_BUCKET + 2));
	__type(key, struct flush_key);
	__type(value, u64);
} cgroup_rstat_flush_latency_seconds SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_CONCURRENT);
	__type(key, u64);
	__type(value, u64);
} start_wait SEC(".maps"), start_hold SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_CONCURRENT);
	__type(key, struct flush_id);
	__type(value, u64);
} start_flush SEC(".maps");

static __always_inline void count_error(u32 error)
{
	increment_map_nosync(&cgroup_rstat_map_errors_total, &error, 1);
}

static __always_inline void begin(void *starts, void *id)
{
	u64 now_ns = bpf_ktime_get_ns();
	switch (bpf_map_update_elem(starts, id, &now_ns, BPF_ANY)) {
	case 0:
		break;
	case -12: // ENOMEM
		count_error(NO_MEMORY);
		break;
	case -16: // EBUSY
		count_error(BUSY);
		break;
	case -17: // EEXIST
		count_error(ALREADY_EXISTS);
		break;
	default:
		count_error(UNKNOWN);
	}
}

// In units of 100 ns; false when the begin is not known.
static __always_inline bool end(void *starts, void *id, u64 *delta)
{
	u64 *start_ns = bpf_map_lookup_elem(starts, id);
	if (!start_ns) {
		count_error(NO_ELEM);
		return false;
	}
	if (!*start_ns) {
		count_error(TIMESTAMP_ZERO);
		return false;
	}
	*delta = (bpf_ktime_get_ns() - *start_ns) / 100;
	bpf_map_delete_elem(starts, id);
	return true;
}

// Tried at once and not got.
SEC("tp_btf/cgroup_rstat_lock_contended")
int BPF_PROG(cgroup_rstat_lock_contended)
{
	u64 thread = bpf_get_current_pid_tgid();
	begin(&start_wait, &thread);
	return 0;
}

// cpu is -1 at the start of a flush; later the lock was yielded between CPUs and is taken again.
SEC("tp_btf/cgroup_rstat_locked")
int BPF_PROG(cgroup_rstat_locked, struct cgroup *cgroup, int cpu, bool contended)
{
	u64 thread = bpf_get_current_pid_tgid();
	u64 waited;
	struct bucket_key bucket;
	struct lock_key key = { .contended = contended, .yield = cpu >= 0, .level = cgroup->level };

	increment_map_nosync(&cgroup_rstat_locked_total, &key, 1);
	if (contended && end(&start_wait, &thread, &waited)) {
		increment_exp2_histogram_nosync(&cgroup_rstat_lock_wait_seconds, bucket, waited, MAX_BUCKET);
	}
	begin(&start_hold, &thread);
	return 0;
}

SEC("tp_btf/cgroup_rstat_unlock")
int BPF_PROG(cgroup_rstat_unlock)
{
	u64 thread = bpf_get_current_pid_tgid();
	u64 held;
	struct bucket_key bucket;

	if (end(&start_hold, &thread, &held)) {
		increment_exp2_histogram_nosync(&cgroup_rstat_lock_hold_seconds, bucket, held, MAX_BUCKET);
	}
	return 0;
}

// Gone since Linux 6.16, which flushes each subsystem by itself: 5da3bfa029d6 ("cgroup: use separate rstat trees for
// each subsystem"). Flushes are not counted there.
SEC("fentry/cgroup_rstat_flush_locked")
int BPF_PROG(flush, struct cgroup *cgroup)
{
	struct flush_id id = { .thread = bpf_get_current_pid_tgid(), .cgroup = (u64)cgroup };
	u32 level = cgroup->level;

	if (level > MAX_LEVEL) {
		level = MAX_LEVEL;
	}
	increment_map_nosync(&cgroup_rstat_flush_total, &level, 1);
	begin(&start_flush, &id);
	return 0;
}

SEC("fexit/cgroup_rstat_flush_locked")
int BPF_PROG(flushed, struct cgroup *cgroup)
{
	struct flush_id id = { .thread = bpf_get_current_pid_tgid(), .cgroup = (u64)cgroup };
	u64 flushing;
	struct flush_key key = { .level = cgroup->level };

	if (end(&start_flush, &id, &flushing)) {
		increment_exp2_histogram_nosync(&cgroup_rstat_flush_latency_seconds, key, flushing, MAX_BUCKET);
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
