#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "tracing.bpf.h"

#define MAX_NAME 64

// A program that runs in a process, from its exec to the next, or to the exit. A process that has not called exec yet
// has no name: it is no span, and what it starts belongs to the span that it belongs to itself.
struct exec_span {
	struct span_base_t base;
	char name[MAX_NAME];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 10240);
	__type(key, pid_t);
	__type(value, struct exec_span);
} traced_tgids SEC(".maps");

record_ring(exec_spans, 256 * 1024);

static __always_inline bool is(const char *name, const char *text)
{
	for (int i = 0; i < MAX_NAME; i++) {
		if (name[i] != text[i]) {
			return false;
		}
		if (!text[i]) {
			return true;
		}
	}
	return false;
}

static __always_inline bool is_bash(const char *name)
{
	// `bash` of a PATH with /usr/bin in front is the same file where /bin is a link.
	return is(name, "/bin/bash") || is(name, "/usr/bin/bash");
}

static __always_inline void end_span(struct exec_span *running, u64 now_ns)
{
	struct exec_span *span = reserve_record(exec_spans, struct exec_span);
	if (!span) {
		return;
	}
	*span = *running;
	span->base.span_duration_ns = now_ns - running->base.span_monotonic_timestamp_ns;
	bpf_ringbuf_submit(span, 0);
}

// What starts now within `parent`, without a name.
static __always_inline void start_within(pid_t tgid, const struct span_parent_t *parent)
{
	struct exec_span span = {};
	span.base.parent = *parent;
	bpf_map_update_elem(&traced_tgids, &tgid, &span, BPF_ANY);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(sched_process_exec, struct task_struct *task, pid_t old_pid, struct linux_binprm *binary)
{
	struct exec_span span = {};
	u64 now_ns = bpf_ktime_get_ns();
	pid_t tgid = task->tgid;

	bpf_probe_read_kernel_str(span.name, sizeof(span.name), BPF_CORE_READ(binary, filename));

	struct exec_span *running = bpf_map_lookup_elem(&traced_tgids, &tgid);
	if (running) {
		span.base.parent = running->base.parent;
		if (running->name[0]) {
			end_span(running, now_ns);
			span.base.parent.span_id = running->base.span_id;
		}
	} else if (is_bash(span.name)) {
		span.base.parent.trace_id_hi = random_span_id();
		span.base.parent.trace_id_lo = random_span_id();
	} else {
		return 0;
	}

	span.base.span_id = random_span_id();
	span.base.span_monotonic_timestamp_ns = now_ns;
	bpf_map_update_elem(&traced_tgids, &tgid, &span, BPF_ANY);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(sched_process_fork, struct task_struct *parent, struct task_struct *child)
{
	pid_t tgid = parent->tgid;
	struct exec_span *running = bpf_map_lookup_elem(&traced_tgids, &tgid);
	if (!running || child->tgid == tgid) { // a thread is no process
		return 0;
	}

	struct span_parent_t within = running->base.parent;
	if (running->name[0]) {
		within.span_id = running->base.span_id;
	}
	start_within(child->tgid, &within);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(sched_process_exit, struct task_struct *task)
{
	pid_t tgid = task->tgid;
	struct exec_span *running = bpf_map_lookup_elem(&traced_tgids, &tgid);
	if (!running || BPF_CORE_READ(task, signal, live.counter) > 0) { // not the process's last thread
		return 0;
	}

	if (running->name[0]) {
		end_span(running, bpf_ktime_get_ns());
	}
	bpf_map_delete_elem(&traced_tgids, &tgid);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
