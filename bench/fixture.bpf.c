// One map of ENTRIES entries under the name of the metric, and no program: the bench fills it from user space.

#include <vmlinux.h>
#include <bpf/bpf_helpers.h>

struct key {
	u8 bytes[KEY_SIZE];
};

struct {
	__uint(type, MAP_TYPE);
	__uint(max_entries, ENTRIES);
	__type(key, struct key);
	__type(value, u64);
} METRIC SEC(".maps");

char LICENSE[] SEC("license") = "GPL";
