#!/busybox sh
# The first process of a guest. Makes the host's root file system its own root, read-only under two layers of memory
# (files of the checkout that it reads often, and what it writes), runs one job that comes over a virtio port, says how it ended, and ends the guest.
set -e
/busybox mkdir -p /bin /proc /sys /dev /host /memory /root
/busybox --install -s /bin
export PATH=/bin

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
for module in /modules/*; do insmod "$module"; done

# cache=loose reads a file once, however often it is opened: what changes on the host afterwards is not seen.
mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=512000 host /host
mount -t tmpfs -o mode=755 memory /memory
mkdir /memory/upper /memory/work
mount -t overlay -o lowerdir=/snapshot:/host,upperdir=/memory/upper,workdir=/memory/work root /root
mount -t proc proc /root/proc
mount -t sysfs sysfs /root/sys
mount -t devtmpfs devtmpfs /root/dev
mount -t tmpfs -o mode=755 run /root/run
mkdir -p /root/dev/pts /root/dev/shm /root/run/vm
mount -t devpts -o ptmxmode=666 devpts /root/dev/pts
mount -t tmpfs shm /root/dev/shm
ln -sf /proc/self/fd /root/dev/fd
for number in 0:stdin 1:stdout 2:stderr; do ln -sf /proc/self/fd/${number%:*} /root/dev/${number#*:}; done
mount -t tracefs tracefs /root/sys/kernel/tracing
mount -t debugfs debugfs /root/sys/kernel/debug
mount -t securityfs securityfs /root/sys/kernel/security
mount -t bpf bpf /root/sys/fs/bpf
mount -t cgroup2 cgroup2 /root/sys/fs/cgroup
for controller in cpu io memory pids; do echo +$controller > /root/sys/fs/cgroup/cgroup.subtree_control; done
ip link set lo up
uname -r > /proc/sys/kernel/hostname

# The kernel loads other modules when something asks for them (veth, xfs, sch_tbf), by calling this, outside the chroot.
echo /bin/modprobe > /proc/sys/kernel/modprobe

# Ports: 1 takes the job and gives how it ended, 2 and 3 are its standard output and error, hvc0 is the terminal.
exec 3<>/dev/vport0p1
echo ready >&3
read -r kind script <&3 || poweroff -f # the runner is gone
script=$(echo "$script" | base64 -d)
status=0
case $kind in
  terminal)
    setsid -c chroot /root /bin/sh -c "$script" </dev/hvc0 >/dev/hvc0 2>&1 3>&- || status=$?
    ;;
  command)
    mkfifo /out /err
    cat /out >/dev/vport0p2 & out=$!
    cat /err >/dev/vport0p3 & err=$!
    chroot /root /bin/sh -c "$script" </dev/null >/out 2>/err 3>&- || status=$?
    # What the job left running would keep its output open.
    for process in /proc/[0-9]*; do
      case ${process##*/} in
        1 | $out | $err) ;;
        *) kill -9 ${process##*/} 2>/dev/null || true ;;
      esac
    done
    wait $out $err
    ;;
esac
echo "exit $status" >&3
poweroff -f
