import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Changes, unknownName } from '../kernel/changes.ts';
import { fakeRoot } from '../kernel/root-testing.ts';
import { type Native, openNative } from '../native/library.ts';
import { fakeNative, libbpfMissing } from '../native/native-testing.ts';
import { type CgroupEvent, fanotifyMask } from './fanotify-event.ts';
import { eventBytes } from './fanotify-testing.ts';
import { Hierarchy } from './hierarchy.ts';

const { create, delete: deleted, movedTo, onDirectory, overflow } = fanotifyMask;
const EAGAIN = 11;
const EIO = 5;

/** Directories of a fake root stand for cgroups; what is in `waiting` is what the kernel has to say. */
function given({ notified }: { notified: boolean }) {
  const { path } = fakeRoot();
  mkdirSync(join(path, 'system.slice'));
  const clock = { ms: 0 };
  const waiting: (Buffer | number)[] = [];
  const warnings: string[] = [];
  const closed: number[] = [];
  const changes = new Changes();
  const real = openNative();
  let walks = 0;
  let failed = 0;
  let readable = (): void => undefined;
  const native: Native = fakeNative({
    c: {
      open: (directory, flags) => {
        if (directory?.toString() === `${path}\0`) walks++;
        return real.c.open(directory, flags);
      },
      getdents64: real.c.getdents64,
      close: (fd) => (fd === 999 ? closed.push(fd) : real.c.close(fd)),
      read: (_fd, to) => {
        const next = waiting.shift() ?? EAGAIN;
        if (typeof next === 'number') {
          failed = next;
          return -1;
        }
        return next.copy(to as Uint8Array);
      },
    },
    errno: () => failed,
    onReadable: (_fd, fn) => {
      readable = fn;
      return { close: () => undefined, pause: () => undefined, resume: () => undefined };
    },
  });
  const idOf = (name: string): number => statSync(join(path, name)).ino;
  const hierarchy = new Hierarchy({
    native,
    mount: { name: 'cgroup2', version: 2, device: '0:1', path, rootId: idOf('.') },
    notifications: notified ? 999 : undefined,
    changes,
    warn: (message) => warnings.push(message.replaceAll(path, 'ROOT')),
    now: () => clock.ms,
  });
  hierarchy.open();
  return {
    hierarchy,
    clock,
    changes,
    warnings,
    closed,
    idOf,
    make: (name: string): number => {
      mkdirSync(join(path, name));
      return idOf(name);
    },
    remove: (name: string) => rmdirSync(join(path, name)),
    /** The kernel tells of this, and it is noticed. */
    tell: (...told: readonly (CgroupEvent | Buffer | number)[]) => {
      waiting.push(...told.map((one) => (typeof one === 'object' && 'mask' in one ? eventBytes(one) : one)));
      readable();
    },
    /** The kernel tells of this, and the event loop has had no turn since. */
    tellLater: (...events: readonly CgroupEvent[]) => waiting.push(...events.map(eventBytes)),
    name: (id: number) => hierarchy.path(BigInt(id))?.replace(path, 'ROOT'),
    get walks() {
      return walks;
    },
  };
}

function event(mask: number, parent: number, name: string, id?: number): CgroupEvent {
  return { mask: mask | onDirectory, parent, name, id };
}

describe('a hierarchy that is notified', { skip: libbpfMissing() }, () => {
  test('knows what was there at the start', () => {
    const { hierarchy, name, idOf } = given({ notified: true });
    assert.equal(name(idOf('system.slice')), 'ROOT/system.slice');
    assert.equal(name(idOf('.')), 'ROOT');
    assert.equal(hierarchy.mode, 'notified');
    assert.equal(hierarchy.path(2n ** 64n - 1n), undefined);
  });

  test('learns new ones, and new ones in new ones', () => {
    const { make, tell, name, idOf } = given({ notified: true });
    const [a, b] = [make('a'), make('a/b')];
    tell(event(create, idOf('.'), 'a'), event(create, a, 'b'));
    assert.deepEqual([name(a), name(b)], ['ROOT/a', 'ROOT/a/b']);
  });

  test('reads what is waiting before it calls an id unknown', () => {
    const { make, tellLater, name, idOf } = given({ notified: true });
    const id = make('a');
    tellLater(event(create, idOf('.'), 'a'));
    assert.equal(name(id), 'ROOT/a');
  });

  test('names what was gone before a look, and what was in it', () => {
    const { tell, name, idOf, hierarchy } = given({ notified: true });
    const root = idOf('.');
    tell(event(create, root, 'a'), event(create, 7001, 'b'));
    assert.equal(name(7002), undefined);
    tell(event(deleted, 7001, 'b', 7002), event(deleted, root, 'a', 7001));
    assert.deepEqual([name(7001), name(7002)], ['ROOT/a', 'ROOT/a/b']);
    assert.deepEqual([hierarchy.tree.live, hierarchy.tree.remembered], [2, 2]);
  });

  test('says so when a name comes that was asked for in vain', () => {
    const { tell, name, idOf, hierarchy, changes } = given({ notified: true });
    name(7001);
    name(8000);
    hierarchy.refresh();
    assert.deepEqual([hierarchy.unknown, changes.generation], [2, 0]);
    tell(event(deleted, idOf('.'), 'a', 7001));
    hierarchy.refresh();
    assert.deepEqual([hierarchy.unknown, changes.since(0)], [1, unknownName]);
    tell(event(deleted, idOf('.'), 'b', 7002));
    hierarchy.refresh();
    assert.equal(changes.generation, 1);
  });

  test('gives a path that was made again a new id, in whatever order things were told', () => {
    const { make, remove, tell, name, idOf } = given({ notified: true });
    const root = idOf('.');
    const before = make('a');
    tell(event(create, root, 'a'));
    remove('a');
    make('keeps the inode from being used again');
    const after = make('a');
    // The kernel puts the second creation together with the first while that is not read.
    tell(event(create, root, 'a'), event(deleted, root, 'a', before));
    assert.notEqual(before, after);
    assert.deepEqual([name(before), name(after)], ['ROOT/a', 'ROOT/a']);
  });

  test('does not take what is in the place of a deleted parent for its child', () => {
    const { make, tell, name, idOf } = given({ notified: true });
    make('a');
    const child = make('a/b');
    tell(event(deleted, idOf('.'), 'a', 7001), event(create, 7001, 'b'));
    assert.equal(name(child), undefined);
    tell(event(create, idOf('.'), 'a'), event(create, idOf('a'), 'b'));
    assert.equal(name(child), 'ROOT/a/b');
  });

  test('follows a renaming, says so, and takes what is told at once in its order', () => {
    const { make, tell, name, idOf, changes } = given({ notified: true });
    const [root, before] = [idOf('.'), idOf('system.slice')];
    const id = make('new');
    tell(event(create, root, 'new'));
    // What the event says was named `old` is `new` by now: names are looked at, not believed.
    tell(event(movedTo, root, 'old', id));
    assert.equal(name(id), 'ROOT/new');
    tell(event(movedTo | deleted, root, 'last', before));
    assert.equal(name(before), 'ROOT/last');
    assert.equal(changes.generation, 0);
    const again = make('again');
    tell(event(create, root, 'again'), event(movedTo, root, 'again', again));
    assert.equal(changes.generation, 0);
  });

  test('walks again when the kernel could not keep up, and counts that', () => {
    const { make, remove, tell, name, hierarchy, warnings, idOf } = given({ notified: true });
    const gone = idOf('system.slice');
    const id = make('a');
    remove('system.slice');
    tell({ mask: overflow, parent: 0, name: '', id: undefined });
    assert.deepEqual([name(id), name(gone)], ['ROOT/a', 'ROOT/system.slice']);
    assert.deepEqual([hierarchy.tree.live, hierarchy.tree.remembered], [2, 1]);
    assert.deepEqual([hierarchy.mode, hierarchy.notificationErrors], ['notified', 1]);
    assert.match(warnings[0]!, /^More happened to cgroups at ROOT than the kernel keeps/);
  });

  const garbage = eventBytes(event(create, 1, 'a'));
  garbage[4] = 4;
  for (const [what, failure, reason] of [
    ['cannot be read', EIO, 'read: EIO'],
    ['are not what we know', garbage, 'events are of version 4'],
  ] as const) {
    test(`walks from then on when notifications ${what}`, () => {
      const { make, tell, name, hierarchy, warnings, clock, closed } = given({ notified: true });
      tell(failure);
      assert.deepEqual([hierarchy.mode, hierarchy.notificationErrors, closed], ['walked', 1, [999]]);
      assert.match(warnings[0] ?? '', new RegExp(`^Cannot read what happens to cgroups at ROOT: ${reason}`));
      const id = make('a');
      clock.ms += 1000;
      assert.equal(name(id), 'ROOT/a');
      hierarchy.close();
      assert.deepEqual(closed, [999]);
    });
  }
});

describe('a hierarchy that is walked', { skip: libbpfMissing() }, () => {
  test('is walked at the start and for an id that is not known', () => {
    const machine = given({ notified: false });
    assert.equal(machine.walks, 1);
    machine.clock.ms = 1000;
    const id = machine.make('a');
    assert.equal(machine.name(id), 'ROOT/a');
    assert.equal(machine.walks, 2);
    assert.equal(machine.hierarchy.mode, 'walked');
  });

  test('is walked once for each unknown id, and once a second', () => {
    const machine = given({ notified: false });
    machine.name(7001);
    machine.name(7002);
    assert.equal(machine.walks, 1);
    machine.clock.ms = 1000;
    machine.hierarchy.refresh();
    assert.equal(machine.walks, 2);
    machine.clock.ms = 5000;
    machine.name(7001);
    machine.hierarchy.refresh();
    assert.equal(machine.walks, 2);
    machine.name(7003);
    machine.name(7004);
    assert.equal(machine.walks, 3);
    assert.equal(machine.hierarchy.unknown, 4);
  });

  test('says so when a walk finds what was asked for too early', () => {
    const machine = given({ notified: false });
    const id = machine.make('a');
    assert.equal(machine.name(id), undefined);
    machine.clock.ms = 1000;
    machine.hierarchy.refresh();
    assert.equal(machine.changes.since(0), unknownName);
    assert.equal(machine.name(id), 'ROOT/a');
  });

  test('remembers what a walk does not find any more', () => {
    const machine = given({ notified: false });
    const id = machine.make('a');
    machine.clock.ms = 1000;
    machine.name(id);
    machine.remove('a');
    machine.clock.ms = 2000;
    machine.name(7001);
    assert.equal(machine.name(id), 'ROOT/a');
    assert.equal(machine.hierarchy.tree.remembered, 1);
  });
});
