// Three programs for each way to be called when getpid() is: one that does nothing, one that counts calls by process,
// and one that counts them by a key of several fields.

#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define MAX_KEYS 10240

struct complex_key {
	u64 cgroup;
	u32 pid;
	u32 uid;
	u32 cpu;
	u32 task;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_KEYS);
	__type(key, u32);
	__type(value, u64);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_KEYS);
	__type(key, struct complex_key);
	__type(value, u64);
} complex_counts SEC(".maps");

static __always_inline int increment(void *map, const void *key)
{
	static const u64 one = 1;
	u64 *count = bpf_map_lookup_elem(map, key);
	if (count) {
		__sync_fetch_and_add(count, 1);
	} else {
		bpf_map_update_elem(map, key, &one, BPF_NOEXIST);
	}
	return 0;
}

static __always_inline int count_call(void)
{
	u32 pid = bpf_get_current_pid_tgid() >> 32;
	return increment(&counts, &pid);
}

static __always_inline int count_complex(void)
{
	u64 pid_tgid = bpf_get_current_pid_tgid();
	struct complex_key key = {
		.cgroup = bpf_get_current_cgroup_id(),
		.pid = pid_tgid >> 32,
		.uid = bpf_get_current_uid_gid(),
		.cpu = bpf_get_smp_processor_id(),
		.task = pid_tgid,
	};
	bpf_get_current_comm(key.comm, sizeof(key.comm));
	return increment(&complex_counts, &key);
}

#define PROBES(probe, section)                                                                                        \
	SEC(section) int probe##_empty(void *ctx)                                                                     \
	{                                                                                                             \
		return 0;                                                                                             \
	}                                                                                                             \
	SEC(section) int probe##_counting(void *ctx)                                                                  \
	{                                                                                                             \
		return count_call();                                                                                  \
	}                                                                                                             \
	SEC(section) int probe##_complex(void *ctx)                                                                   \
	{                                                                                                             \
		return count_complex();                                                                               \
	}

PROBES(tracepoint, "tracepoint/syscalls/sys_enter_getpid")
PROBES(raw_tracepoint, "raw_tracepoint/sys_enter")
PROBES(fentry, "fentry/" SYSCALL_FUNCTION)
PROBES(kprobe, "kprobe/" SYSCALL_FUNCTION)
PROBES(uprobe, "uprobe//proc/self/exe:call_getpid")

char LICENSE[] SEC("license") = "GPL";
