import { readlinkSync } from 'node:fs';
import { output, type Running, start } from './run.ts';
import { until } from './wait.ts';

/** A network namespace joined to ours by a pair of interfaces. */
export type Namespace = {
  /** Our end of the pair. */
  readonly interface: string;
  /** Of our end, and where it is from there: `fe80::1%ex17b`. */
  readonly address: { readonly here: string; readonly there: string };
  /** Runs a command in the namespace to its end, which has to be success. */
  run(command: string, args: readonly string[]): Promise<string>;
  /** Starts one there. */
  start(command: string, args: readonly string[]): Running;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * Makes one. It has no name: all of it ends with the process that it belongs to. Its addresses are of the link only,
 * so that no other connection of this machine can be led astray.
 */
export async function makeNamespace(): Promise<Namespace> {
  const { child, ended } = start('unshare', ['--net', 'sleep', 'infinity']);
  const pid = String(child.pid);
  const networkOf = (process: string): string => readlinkSync(`/proc/${process}/ns/net`);
  await until('a network namespace', () => networkOf(pid) !== networkOf('self'));
  const enter = ['--target', pid, '--net'];
  const run = (command: string, args: readonly string[]): Promise<string> =>
    output('nsenter', [...enter, command, ...args]);
  const [here, there] = [`ex${pid}a`, `ex${pid}b`];
  await output('ip', ['link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', pid]);
  const address = (host: number, name: string): string[] => [
    'address',
    'add',
    `fe80::${host}/64`,
    'dev',
    name,
    'nodad',
  ];
  await output('ip', address(1, here));
  await output('ip', ['link', 'set', here, 'up']);
  await run('ip', address(2, there));
  await run('ip', ['link', 'set', there, 'up']);
  return {
    interface: here,
    address: { here: `fe80::1%${here}`, there: `fe80::1%${there}` },
    run,
    start: (command, args) => start('nsenter', [...enter, command, ...args]),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
