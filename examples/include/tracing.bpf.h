// Spans in ring buffers: docs/tracing.md has what the exporter makes of them. Include vmlinux.h first.
//
// A record begins with a span_base_t, whose fields the labels trace_id, parent_span_id, span_id,
// span_monotonic_timestamp_ns and span_duration_ns of the config read in this order. All-zero ids are chosen by the
// exporter. The _tagged forms have 8 bytes of the user's behind the parent's span id.

#pragma once

#include <bpf/bpf_helpers.h>
#include "rings.bpf.h"

// Where a span belongs: the trace id in two halves, and the span that it is a part of.
struct span_parent_t {
	u64 trace_id_hi;
	u64 trace_id_lo;
	u64 span_id;
};

struct span_base_t {
	struct span_parent_t parent;
	u64 span_id;
	u64 span_monotonic_timestamp_ns;
	u64 span_duration_ns;
};

struct span_parent_tagged_t {
	u64 trace_id_hi;
	u64 trace_id_lo;
	u64 span_id;
	u64 example_userspace_tag;
};

struct span_base_tagged_t {
	struct span_parent_tagged_t parent;
	u64 span_id;
	u64 span_monotonic_timestamp_ns;
	u64 span_duration_ns;
};

static __always_inline u64 random_span_id(void)
{
	return ((u64)bpf_get_prandom_u32() << 32) | bpf_get_prandom_u32();
}

// A span of now, with an id of its own, that takes no time yet.
#define fill_span_base_of(base, parent_of)                                                                 \
	do {                                                                                               \
		(base)->parent = *(parent_of);                                                             \
		(base)->span_id = random_span_id();                                                        \
		(base)->span_monotonic_timestamp_ns = bpf_ktime_get_ns();                                  \
		(base)->span_duration_ns = 0;                                                              \
	} while (0)

static __always_inline void fill_span_base(struct span_base_t *base, const struct span_parent_t *parent)
{
	fill_span_base_of(base, parent);
}

static __always_inline void fill_span_base_tagged(struct span_base_tagged_t *base,
						   const struct span_parent_tagged_t *parent)
{
	fill_span_base_of(base, parent);
}

// Submits a record of `type`, which begins with the base, after running `fill` on it as `span`. Where the ring has no
// room nothing happens; submit_counted_span() takes the NAME of a record_ring() and counts it.
#define submit_reserved_span(reserve, type, fill_base, parent, ...)                                        \
	do {                                                                                               \
		type *span = (reserve);                                                                    \
		if (span) {                                                                                \
			fill_base((void *)span, parent);                                                   \
			__VA_ARGS__;                                                                       \
			bpf_ringbuf_submit(span, 0);                                                       \
		}                                                                                          \
	} while (0)

#define submit_span(ring, type, parent, ...)                                                               \
	submit_reserved_span(bpf_ringbuf_reserve(ring, sizeof(type), 0), type, fill_span_base, parent,     \
			     __VA_ARGS__)
#define submit_span_tagged(ring, type, parent, ...)                                                        \
	submit_reserved_span(bpf_ringbuf_reserve(ring, sizeof(type), 0), type, fill_span_base_tagged,      \
			     parent, __VA_ARGS__)
#define submit_counted_span(NAME, type, parent, ...)                                                       \
	submit_reserved_span(reserve_record(NAME, type), type, fill_span_base, parent, __VA_ARGS__)
#define submit_counted_span_tagged(NAME, type, parent, ...)                                                \
	submit_reserved_span(reserve_record(NAME, type), type, fill_span_base_tagged, parent, __VA_ARGS__)
