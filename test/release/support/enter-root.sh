#!/bin/sh
# enter-root.sh ROOT DIRECTORY GIVEN COMMAND [ARGUMENT ...]: runs a command in a root that it may change and that is
# forgotten afterwards, with the kernel's file systems and, at /given, a directory. To be run in a mount namespace of its
# own; DIRECTORY is an empty one.
set -eu
lower=$1 at=$2 given=$3
shift 3

mount -t tmpfs tmpfs "$at"
mkdir "$at/upper" "$at/work" "$at/root"
mount -t overlay -o "lowerdir=$lower,upperdir=$at/upper,workdir=$at/work" overlay "$at/root"
root=$at/root
mkdir "$root/given"
mount --bind "$given" "$root/given"
mount -o remount,bind,ro "$root/given"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mountpoint -q "$root/sys/fs/bpf" || mount -t bpf bpf "$root/sys/fs/bpf"
exec chroot "$root" "$@"
