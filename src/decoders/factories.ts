import type { DecoderName, DecoderSpec } from '../config/spec.ts';
import type { System } from '../kernel/system.ts';
import { cgroup } from './cgroup.ts';
import { container } from './container.ts';
import type { Step } from './decoder.ts';
import { dname } from './dname.ts';
import { errno } from './errno.ts';
import { hex } from './hex.ts';
import { ifname } from './ifname.ts';
import { inetIp } from './inet-ip.ts';
import { int } from './int.ts';
import { kstack } from './kstack.ts';
import { ksym } from './ksym.ts';
import { majorminor } from './majorminor.ts';
import { pciClass } from './pci-class.ts';
import { pciDevice } from './pci-device.ts';
import { pciSubclass } from './pci-subclass.ts';
import { pciVendor } from './pci-vendor.ts';
import { regexp } from './regexp.ts';
import { staticMap } from './static-map.ts';
import { string } from './string.ts';
import { syscall } from './syscall.ts';
import { uint } from './uint.ts';

/** How each decoder is made from its configuration. Making one reads nothing from the system. */
export const factories: Readonly<Record<DecoderName, (spec: DecoderSpec, system: System) => Step>> = {
  cgroup,
  container,
  dname,
  errno,
  hex,
  ifname,
  inet_ip: inetIp,
  int,
  kstack,
  ksym,
  majorminor,
  pci_class: pciClass,
  pci_device: pciDevice,
  pci_subclass: pciSubclass,
  pci_vendor: pciVendor,
  regexp,
  static_map: staticMap,
  string,
  syscall: () => syscall(process.arch),
  uint,
};
