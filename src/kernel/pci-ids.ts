import { readFileSync } from 'node:fs';
import { messageOf } from '../errors.ts';
import { resolveBelow } from '../rootfs.ts';
import type { PciIds } from './system.ts';

const places = ['/usr/share/misc/pci.ids', '/usr/share/hwdata/pci.ids'];

type Names = {
  readonly vendors: Map<number, string>;
  /** By vendor << 16 | device. */
  readonly devices: Map<number, string>;
  readonly classes: Map<number, string>;
  /** By class << 8 | subclass. */
  readonly subclasses: Map<number, string>;
};

/** The names of the system's pci.ids, read when first asked for. */
export function createPciIds(root: string, warn: (message: string) => void): PciIds {
  let names: Names | undefined;
  let looked = false;
  const load = (): Names | undefined => {
    if (!looked) names = readPciIds(root, warn);
    looked = true;
    return names;
  };
  return {
    get present() {
      return load() !== undefined;
    },
    vendor: (vendor) => load()?.vendors.get(vendor),
    device: (vendor, device) => load()?.devices.get(vendor * 2 ** 16 + device),
    class: (classId) => load()?.classes.get(classId),
    subclass: (classId, subclass) => load()?.subclasses.get(classId * 2 ** 8 + subclass),
  };
}

function readPciIds(root: string, warn: (message: string) => void): Names | undefined {
  const failures: string[] = [];
  for (const place of places) {
    try {
      return parsePciIds(readFileSync(resolveBelow(root, place), 'utf8'));
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  warn(`PCI names stay unknown, pci.ids is needed: ${failures.join('; ')}`);
  return undefined;
}

/**
 * The format is described at the head of the file itself (https://pci-ids.ucw.cz): vendors and, one tab deeper, their
 * devices; after a `C`, classes and, one tab deeper, their subclasses. What is two tabs deep we have no use for.
 */
function parsePciIds(text: string): Names {
  const names: Names = { vendors: new Map(), devices: new Map(), classes: new Map(), subclasses: new Map() };
  let outer = 0;
  let inClasses = false;
  for (const [, letter, tab, hex, name] of text.matchAll(/^(?:(C) |(\t))?([0-9a-f]{2,4}) {2}(.+)$/gm)) {
    const id = Number.parseInt(hex!, 16);
    if (tab === undefined) {
      outer = id;
      inClasses = letter === 'C';
      (inClasses ? names.classes : names.vendors).set(id, name!);
    } else if (inClasses) {
      names.subclasses.set(outer * 2 ** 8 + id, name!);
    } else {
      names.devices.set(outer * 2 ** 16 + id, name!);
    }
  }
  return names;
}
