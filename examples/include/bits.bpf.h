#pragma once

#include <bpf/bpf_helpers.h>

// floor(log2(v)), and 0 for 0.
static __always_inline u64 log2l(u64 v)
{
	u64 log = 0;

#pragma unroll
	for (int half = 32; half; half /= 2) {
		if (v >> half) {
			v >>= half;
			log += half;
		}
	}

	return log;
}
