#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>
#include "tracing.bpf.h"

// The library with the probes that examples/demos pass, beside this object.
#define SPAN_PROBES "libspan_probes.so"

#define MAX_TGIDS 10240

// Before Linux 5.14: 2f064a59a11f ("sched: Change task_struct::state").
struct task_struct___with_state {
	long state;
} __attribute__((preserve_access_index));

struct sched_wakeup_span {
	struct span_base_t base;
	u32 tgid;
	u32 pid;
};

struct sched_migrate_span {
	struct span_base_t base;
	u32 tgid;
	u32 pid;
	u32 cpu_orig;
	u32 cpu_dest;
};

struct sched_switch_span {
	struct span_base_t base;
	u32 tgid;
	u32 pid;
	u32 state;
	u8 preempt;
};

// What a thread that does not run waits for, and since when.
struct waiting {
	u64 off_cpu_ns;
	u64 wakeup_ns; // 0 until it is woken
	u32 cpu;
	u32 state;
	u8 preempt;
};

// The processes whose user-space span is open, and that span.
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_TGIDS);
	__type(key, u32);
	__type(value, struct span_parent_t);
} traced_tgids SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_TGIDS);
	__type(key, u32);
	__type(value, struct waiting);
} waiting_pids SEC(".maps");

record_ring(sched_wakeup_spans, 256 * 1024);
record_ring(sched_migrate_spans, 256 * 1024);
record_ring(sched_switch_spans, 256 * 1024);

#define fill_since(start_ns)                                                                               \
	do {                                                                                               \
		span->base.span_duration_ns = now_ns - (start_ns);                                         \
		span->base.span_monotonic_timestamp_ns = (start_ns);                                       \
		span->tgid = next->tgid;                                                                   \
		span->pid = next->pid;                                                                     \
	} while (0)

static __always_inline u32 state_of(struct task_struct *task)
{
	struct task_struct___with_state *old = (void *)task;
	if (bpf_core_field_exists(old->state)) {
		return BPF_CORE_READ(old, state);
	}
	return BPF_CORE_READ(task, __state);
}

SEC("usdt/" SPAN_PROBES ":ebpf_exporter:sched_set_parent_span")
int BPF_USDT(sched_set_parent_span, u64 trace_id_hi, u64 trace_id_lo, u64 span_id)
{
	u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct span_parent_t parent = {
		.trace_id_hi = trace_id_hi,
		.trace_id_lo = trace_id_lo,
		.span_id = span_id,
	};

	bpf_map_update_elem(&traced_tgids, &tgid, &parent, BPF_ANY);
	return 0;
}

SEC("usdt/" SPAN_PROBES ":ebpf_exporter:sched_clear_parent_span")
int BPF_USDT(sched_clear_parent_span)
{
	u32 tgid = bpf_get_current_pid_tgid() >> 32;

	bpf_map_delete_elem(&traced_tgids, &tgid);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(sched_process_exit, struct task_struct *task)
{
	u32 pid = task->pid;
	u32 tgid = task->tgid;

	bpf_map_delete_elem(&waiting_pids, &pid);
	if (pid == tgid) {
		bpf_map_delete_elem(&traced_tgids, &tgid);
	}
	return 0;
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(sched_wakeup, struct task_struct *task)
{
	u32 pid = task->pid;
	struct waiting *waiting = bpf_map_lookup_elem(&waiting_pids, &pid);

	if (waiting) {
		waiting->wakeup_ns = bpf_ktime_get_ns();
	}
	return 0;
}

// Notes since when a thread waits that leaves the CPU.
static __always_inline void switch_out(struct task_struct *prev, bool preempt, u64 now_ns)
{
	u32 pid = prev->pid;
	u32 tgid = prev->tgid;
	struct waiting waiting = {
		.off_cpu_ns = now_ns,
		.cpu = bpf_get_smp_processor_id(),
		.state = state_of(prev),
		.preempt = preempt,
	};

	if (bpf_map_lookup_elem(&traced_tgids, &tgid)) {
		bpf_map_update_elem(&waiting_pids, &pid, &waiting, BPF_ANY);
	}
}

// Tells for how long a thread has waited that comes to the CPU.
static __always_inline void switch_in(struct task_struct *next, u64 now_ns)
{
	u32 pid = next->pid;
	u32 tgid = next->tgid;
	u32 cpu = bpf_get_smp_processor_id();
	struct span_parent_t *parent = bpf_map_lookup_elem(&traced_tgids, &tgid);
	struct waiting *found = bpf_map_lookup_elem(&waiting_pids, &pid);

	if (!found) {
		return;
	}
	struct waiting waiting = *found;
	bpf_map_delete_elem(&waiting_pids, &pid);
	if (!parent) {
		return;
	}

	submit_counted_span(sched_switch_spans, struct sched_switch_span, parent, {
		fill_since(waiting.off_cpu_ns);
		span->state = waiting.state;
		span->preempt = waiting.preempt;
	});
	// One that was preempted is not woken: it has waited for a CPU all the time.
	u64 ready_ns = waiting.wakeup_ns ? waiting.wakeup_ns : waiting.off_cpu_ns;
	if (waiting.wakeup_ns) {
		submit_counted_span(sched_wakeup_spans, struct sched_wakeup_span, parent,
				    { fill_since(ready_ns); });
	}
	if (waiting.cpu != cpu) {
		submit_counted_span(sched_migrate_spans, struct sched_migrate_span, parent, {
			fill_since(ready_ns);
			span->cpu_orig = waiting.cpu;
			span->cpu_dest = cpu;
		});
	}
}

SEC("tp_btf/sched_switch")
int BPF_PROG(sched_switch, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	u64 now_ns = bpf_ktime_get_ns();

	switch_out(prev, preempt, now_ns);
	switch_in(next, now_ns);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
