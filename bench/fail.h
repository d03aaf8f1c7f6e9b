// Ends the program with what could not be done and why.

#pragma once

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline _Noreturn void fail(const char *what)
{
	fprintf(stderr, "%s: cannot %s: %s\n", program_invocation_short_name, what, strerror(errno));
	exit(1);
}
