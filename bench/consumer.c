// Loads and attaches an object, and adds up a field of every record of its ring buffer `events`, as fast as libbpf hands
// them over. Prints "ready", and at the end of its standard input the records and the CPU time in microseconds.

#include <bpf/libbpf.h>
#include <poll.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static unsigned long long records, sum;

static int take(void *ctx, void *data, size_t size)
{
	(void)ctx;
	(void)size;
	records++;
	sum += ((unsigned *)data)[1];
	return 0;
}

int main(int argc, char **argv)
{
	struct bpf_object *object = argc == 2 ? bpf_object__open_file(argv[1], NULL) : NULL;
	if (!object || bpf_object__load(object) ||
	    !bpf_program__attach(bpf_object__next_program(object, NULL))) {
		return 1;
	}
	struct ring_buffer *ring = ring_buffer__new(bpf_object__find_map_fd_by_name(object, "events"), take, NULL, NULL);
	if (!ring) {
		return 1;
	}
	puts("ready");
	fflush(stdout);
	struct pollfd fds[] = { { .fd = 0, .events = POLLIN }, { .fd = ring_buffer__epoll_fd(ring), .events = POLLIN } };
	while (!fds[0].revents) {
		poll(fds, 2, -1);
		ring_buffer__consume(ring);
	}
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	printf("%llu %llu %llu\n", records,
	       (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000ULL + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec,
	       sum);
}
