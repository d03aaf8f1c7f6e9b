import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CgroupEvent, fanotifyMask, parseCgroupEvents } from './fanotify-event.ts';
import { eventBytes } from './fanotify-testing.ts';

const { create, delete: deleted, onDirectory, overflow } = fanotifyMask;

function parsed(bytes: Buffer, length = bytes.length): CgroupEvent[] {
  const events: CgroupEvent[] = [];
  parseCgroupEvents(bytes, length, (event) => events.push(event));
  return events;
}

describe('events of cgroups', () => {
  const events: readonly CgroupEvent[] = [
    { mask: create | onDirectory, parent: 1, name: 'system.slice', id: undefined },
    { mask: deleted | onDirectory, parent: 2 ** 32 + 7, name: 'a', id: 2 ** 40 },
    { mask: overflow, parent: 0, name: '', id: undefined },
  ];

  test('are read one after the other, as far as bytes were read', () => {
    const bytes = Buffer.concat([...events.map(eventBytes), Buffer.alloc(100, 0xff)]);
    assert.deepEqual(parsed(bytes, bytes.length - 100), events);
  });

  test('of nothing are none', () => assert.deepEqual(parsed(Buffer.alloc(0)), []));

  test('keep the bytes of a name that is not UTF-8', () => {
    const event = { mask: create | onDirectory, parent: 1, name: 'a\xff', id: undefined };
    assert.deepEqual(parsed(eventBytes(event)), [event]);
  });

  const changed = (at: number, value: number): Buffer => {
    const bytes = eventBytes(events[1]!);
    bytes[at] = value;
    return bytes;
  };
  const broken: readonly [what: string, bytes: Buffer, message: string][] = [
    ['of another version', changed(4, 4), 'events are of version 4, not 3'],
    ['that claim to be longer than they are', changed(0, 200), 'an event of 200 bytes does not fit in 84'],
    ['that claim to be shorter than their header', changed(0, 8), 'an event of 8 bytes does not fit in 84'],
    ['that are cut off', eventBytes(events[1]!).subarray(0, 20), 'an event is cut off after 20 bytes'],
    ['with a record past their end', changed(24 + 2, 250), 'an event holds a record that is too long'],
    ['with a record of no length', changed(24 + 2, 0), 'an event holds a record that is too long'],
    [
      'of another file system',
      changed(24 + 12, 12),
      "a file handle has 12 bytes, not the 8 of a cgroup's id",
    ],
  ];
  for (const [what, bytes, message] of broken) {
    test(`${what} are an error`, () => assert.throws(() => parsed(bytes), { message }));
  }
});
