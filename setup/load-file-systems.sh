#!/bin/sh
# Has the kernel of a guest load the file systems whose functions examples probe. Overwrites /dev/vda.
directory=$(mktemp -d)
for type in xfs ext4; do
  mkfs.$type -q /dev/vda -$([ $type = xfs ] && echo f || echo F)
  mount -t $type /dev/vda "$directory" && umount "$directory"
done
mount -t ceph nowhere "$directory" 2>/dev/null # fails at once, but loads the module
exit 0
