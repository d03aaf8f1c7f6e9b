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

// As log2l. clang knows another function of this name, from math.h.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wincompatible-library-redeclaration"
static __always_inline u64 log2(u32 v)
{
	return log2l(v);
}
#pragma clang diagnostic pop

// The bucket of an exp2 histogram, whose bounds are included: the smallest k with v <= 2^k.
static __always_inline u64 log2l_histogram(u64 v)
{
	return v > 1 ? log2l(v - 1) + 1 : 0;
}
