/**
 * Every C function this program calls, with its prototype. libbpf's are in all its releases since 1.1 (Debian 12),
 * as declared in bpf/libbpf.h, bpf/bpf.h and bpf/btf.h.
 */
export const libbpfSymbols = {
  libbpf_set_print: 'void *(void *fn)',
  libbpf_version_string: 'const char *(void)',
  libbpf_major_version: 'uint32_t (void)',
  libbpf_num_possible_cpus: 'int (void)',
  libbpf_probe_bpf_prog_type: 'int (int type, const void *opts)',

  bpf_object__open_file: 'void *(const char *path, const void *opts)',
  bpf_object__load: 'int (void *object)',
  bpf_object__close: 'void (void *object)',
  bpf_object__btf: 'void *(const void *object)',
  bpf_object__next_map: 'void *(const void *object, const void *map)',
  bpf_object__next_program: 'void *(const void *object, void *program)',

  btf__load_vmlinux_btf: 'void *(void)',
  btf__parse: 'void *(const char *path, void *ext)',
  btf__parse_split: 'void *(const char *path, void *base)',
  btf__find_by_name_kind: 'int (const void *btf, const char *name, uint32_t kind)',
  btf__free: 'void (void *btf)',
  btf__raw_data: 'void *(const void *btf, uint32_t *size)',

  bpf_map__name: 'const char *(const void *map)',
  bpf_map__fd: 'int (const void *map)',
  bpf_map__type: 'int (const void *map)',
  bpf_map__key_size: 'uint32_t (const void *map)',
  bpf_map__value_size: 'uint32_t (const void *map)',
  bpf_map__set_value_size: 'int (void *map, uint32_t size)',
  bpf_map__set_max_entries: 'int (void *map, uint32_t max_entries)',
  bpf_map__max_entries: 'uint32_t (const void *map)',
  bpf_map__btf_key_type_id: 'uint32_t (const void *map)',
  bpf_map__btf_value_type_id: 'uint32_t (const void *map)',
  bpf_map__initial_value: 'void *(void *map, size_t *size)',

  bpf_program__name: 'const char *(const void *program)',
  bpf_program__section_name: 'const char *(const void *program)',
  bpf_program__fd: 'int (const void *program)',
  bpf_program__type: 'int (const void *program)',
  bpf_program__autoload: 'bool (const void *program)',
  bpf_program__set_autoload: 'int (void *program, bool autoload)',
  bpf_program__autoattach: 'bool (const void *program)',
  bpf_program__set_type: 'int (void *program, int type)',
  bpf_program__set_expected_attach_type: 'int (void *program, int type)',
  bpf_program__attach: 'void *(const void *program)',
  bpf_program__attach_xdp: 'void *(const void *program, int ifindex)',
  bpf_program__attach_perf_event: 'void *(const void *program, int fd)',
  bpf_program__attach_uprobe_opts:
    'void *(const void *program, int pid, const char *binary, size_t offset, const void *opts)',
  bpf_program__attach_usdt:
    'void *(const void *program, int pid, const char *binary, const char *provider, const char *name, const void *opts)',
  bpf_link__destroy: 'int (void *link)',
  bpf_link__fd: 'int (const void *link)',
} as const;

/** Functions of younger releases: 1.3. Calling one that is not there throws `not_supported`. */
export const laterLibbpfSymbols = {
  bpf_program__attach_uprobe_multi:
    'void *(const void *program, int pid, const char *binary, const char *pattern, const void *opts)',
} as const;

/** libbpf's functions that are one system call; made without it, see `bpfCalls`. */
export const bpfCallSymbols = {
  bpf_map_delete_elem: 'int (int fd, const void *key)',
  bpf_map_update_elem: 'int (int fd, const void *key, const void *value, uint64_t flags)',
  bpf_map_lookup_elem: 'int (int fd, const void *key, void *value)',
  bpf_map_lookup_and_delete_elem: 'int (int fd, const void *key, void *value)',
  bpf_map_get_next_key: 'int (int fd, const void *key, void *next)',
  bpf_map_lookup_batch:
    'int (int fd, void *inBatch, void *outBatch, void *keys, void *values, uint32_t *count, const void *opts)',
  bpf_map_lookup_and_delete_batch:
    'int (int fd, void *inBatch, void *outBatch, void *keys, void *values, uint32_t *count, const void *opts)',
  bpf_iter_create: 'int (int linkFd)',
  bpf_link_update: 'int (int linkFd, int programFd, const void *opts)',
  bpf_obj_get_info_by_fd: 'int (int fd, void *info, uint32_t *length)',
} as const;

/**
 * From the C library the process already runs with. `NAME$USE` is the function NAME, which takes different arguments for
 * different uses, as one use calls it. x86_64 and arm64 pass those of variable number as any others.
 */
export const libcSymbols = {
  vsnprintf: 'int (void *text, size_t size, const void *format, void *arguments)',
  if_nametoindex: 'uint32_t (const char *name)',
  if_nameindex: 'void *(void)',
  if_freenameindex: 'void (void *list)',
  open: 'int (const char *path, int flags)',
  read: 'int (int fd, void *to, size_t size)',
  close: 'int (int fd)',
  poll: 'int (void *fds, size_t count, int timeoutMs)',
  getdents64: 'int (int fd, void *to, size_t size)',
  fanotify_init: 'int (uint32_t flags, uint32_t eventFlags)',
  fanotify_mark: 'int (int fd, uint32_t flags, uint64_t mask, int directory, const char *path)',
  socket: 'int (int domain, int type, int protocol)',
  bind: 'int (int fd, const void *address, uint32_t addressSize)',
  listen: 'int (int fd, int backlog)',
  setsockopt: 'int (int fd, int level, int option, const void *value, uint32_t size)',
  inet_pton: 'int (int family, const char *text, void *address)',
  setrlimit: 'int (int resource, const void *limit)',
  sendto: 'int (int fd, const void *data, size_t size, int flags, const void *address, uint32_t addressSize)',
  memcpy: 'void *(void *to, const void *from, size_t size)',
  mmap: 'void *(void *address, size_t length, int protection, int flags, int fd, size_t offset)',
  munmap: 'int (void *address, size_t length)',
  sysconf: 'int (int name)',
  clock_gettime: 'int (int clock, void *time)',
  ioctl: 'int (int fd, size_t request, size_t argument)',
  epoll_create1: 'int (int flags)',
  epoll_ctl: 'int (int epollFd, int operation, int fd, void *event)',
  epoll_wait: 'int (int epollFd, void *events, int maxEvents, int timeoutMs)',
  /** syscall(2) with the arguments of perf_event_open(2), which has no wrapper. */
  syscall: 'int (size_t number, void *attr, int pid, int cpu, int groupFd, size_t flags)',
  /** bpf(2), which has none either, nor has seccomp(2). */
  syscall$bpf: 'int (size_t number, int command, void *attr, uint32_t size)',
  syscall$seccomp: 'int (size_t number, size_t operation, size_t flags, const void *program)',
  prctl: 'int (int option, size_t second, size_t third, size_t fourth, size_t fifth)',
  capset: 'int (void *header, const void *data)',
  fcntl: 'int (int fd, int command, size_t argument)',
  memfd_create: 'int (const char *name, uint32_t flags)',
  setfsuid: 'int (uint32_t user)',
  setfsgid: 'int (uint32_t group)',
  getpwnam: 'void *(const char *name)',
  getpwuid: 'void *(uint32_t user)',
} as const;
