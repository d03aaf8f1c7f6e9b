import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Flags, readFlags } from '../flags.ts';
import { type CommandLine, parseCommandLine } from './flag-command.ts';

const required = ['--config.dir=/etc/ebpf', '--config.names=a,b'];

const defaults: Flags = {
  configDir: '/etc/ebpf',
  configNames: ['a', 'b'],
  configCheck: false,
  configStrict: false,
  skipCacheSize: 0,
  debug: false,
  logLevel: 'info',
  logFormat: 'logfmt',
  noTimestamps: false,
  listenAddress: ':9435',
  telemetryPath: '/metrics',
  openMetrics: false,
  enableLifecycle: false,
  ui: { enabled: true, spans: false, historyBytes: 8 * 1024 ** 2 },
  clientLimits: { maxConnections: 512, maxUnsentBytes: 32 * 1024 ** 2, writeTimeoutMs: 60_000 },
  shutdownTimeoutMs: 2000,
  webConfigFile: undefined,
  keepCapabilities: 'all',
  user: undefined,
  seccomp: true,
  libbpfPath: undefined,
  btfPath: undefined,
  rootfs: '/',
};

/** Parses arguments and returns what was decided and printed. */
function run(t: TestContext, args: readonly string[]): { command: CommandLine; out: string; err: string } {
  const printed = { stdout: '', stderr: '' };
  const mocks = (['stdout', 'stderr'] as const).map((stream) =>
    t.mock.method(process[stream], 'write', (text: string) => {
      printed[stream] += text;
      return true;
    }),
  );
  try {
    return { command: parseCommandLine(args, '1.2.3'), out: printed.stdout, err: printed.stderr };
  } finally {
    for (const { mock } of mocks) mock.restore();
  }
}

const read: readonly [args: string[], flags: Partial<Flags>][] = [
  [[], {}],
  [['--config.check'], { configCheck: true }],
  [['--no-config.check'], {}],
  [['--config.strict'], { configStrict: true }],
  [['--config.skip-cache-size=100'], { skipCacheSize: 100 }],
  [['--config.skip-cache-size', '7'], { skipCacheSize: 7 }],
  [['--debug'], { debug: true, logLevel: 'debug' }],
  [['--debug', '--log.level=warn'], { debug: true, logLevel: 'warn' }],
  [['--log.level=error'], { logLevel: 'error' }],
  [['--log.format=json'], { logFormat: 'json' }],
  [['--no-debug'], {}],
  [['--log.no-timestamps'], { noTimestamps: true }],
  [['--no-log.no-timestamps'], {}],
  [['--web.listen-address=[::1]:80'], { listenAddress: '[::1]:80' }],
  [['--web.listen-address', 'fd://3'], { listenAddress: 'fd://3' }],
  [['--web.telemetry-path=/m'], { telemetryPath: '/m' }],
  [['--web.telemetry-path', '/a=b'], { telemetryPath: '/a=b' }],
  [['--web.openmetrics'], { openMetrics: true }],
  [['--web.enable-lifecycle'], { enableLifecycle: true }],
  [['--no-web.ui'], { ui: { ...defaults.ui, enabled: false } }],
  [['--web.ui-spans'], { ui: { ...defaults.ui, spans: true } }],
  [['--web.ui-history-bytes=0'], { ui: { ...defaults.ui, historyBytes: 0 } }],
  [['--web.max-connections=9'], { clientLimits: { ...defaults.clientLimits, maxConnections: 9 } }],
  [['--web.max-unsent-bytes=1GiB'], { clientLimits: { ...defaults.clientLimits, maxUnsentBytes: 2 ** 30 } }],
  [['--web.max-unsent-bytes=5'], { clientLimits: { ...defaults.clientLimits, maxUnsentBytes: 5 } }],
  [['--web.write-timeout=1m30s'], { clientLimits: { ...defaults.clientLimits, writeTimeoutMs: 90_000 } }],
  [['--web.shutdown-timeout=0'], { shutdownTimeoutMs: 0 }],
  [['--capabilities.keep=cap_syslog,cap_bpf'], { keepCapabilities: 'cap_syslog,cap_bpf' }],
  [['--btf.path=/boot/vmlinux.btf'], { btfPath: '/boot/vmlinux.btf' }],
  [['--path.rootfs=/host/'], { rootfs: '/host' }],
  [['--libbpf.path=/opt/libbpf.so.1'], { libbpfPath: '/opt/libbpf.so.1' }],
  [['--libbpf.path=libbpf.so.1'], { libbpfPath: join(process.cwd(), 'libbpf.so.1') }],
  [['--btf.path='], {}],
  [['--btf.path=a=b'], { btfPath: 'a=b' }],
];
for (const [args, flags] of read) {
  test(`${args.join(' ') || 'no more than is required'} sets ${Object.keys(flags).join(', ') || 'nothing'}`, (t) => {
    assert.deepEqual(run(t, [...required, ...args]), {
      command: { flags: { ...defaults, ...flags } },
      out: '',
      err: '',
    });
    // At a start they are read without what says what is wrong, which has to understand the same.
    assert.deepEqual(readFlags([...required, ...args]), { ...defaults, ...flags });
  });
}

test('a value may follow its flag', (t) => {
  const { command } = run(t, ['--config.dir', 'x', '--config.names', 'c']);
  assert.deepEqual(command, { flags: { ...defaults, configDir: 'x', configNames: ['c'] } });
});

const refused: readonly [args: string[], problem: string][] = [
  [[], 'required flag --config.dir is missing'],
  [['--config.dir=x'], 'required flag --config.names is missing'],
  [[...required, '--config.strikt'], "unknown option '--config.strikt'"],
  [[...required, '-d'], "unknown option '-d'"],
  [[...required, '--btf.path'], "option '--btf.path <file>' argument missing"],
  [[...required, '--web.max-connections=0'], "argument '0' is invalid. It must be more than 0."],
  [
    [...required, '--web.max-unsent-bytes=1MB'],
    'It must be a number of bytes, KiB, MiB or GiB, such as 32MiB.',
  ],
  [[...required, '--web.write-timeout=60'], 'It must be a duration, such as 30s or 1m30s.'],
  [[...required, '--config.skip-cache-size=many'], "argument 'many' is invalid. It must be a whole number."],
  [[...required, '--config.skip-cache-size=-1'], "argument '-1' is invalid. It must be a whole number."],
  [[...required, 'extra'], 'too many arguments'],
  [[...required, '--log.level=loud'], 'Allowed choices are debug, info, warn, error'],
  [[...required, '--log.format=xml'], 'Allowed choices are logfmt, json'],
  [
    [...required, '--capabilities.keep=all', '--capabilities.keep=none'],
    '--capabilities.keep is given twice',
  ],
  [[...required, '--debug', '--debug'], '--debug is given twice'],
  [[...required, '--config.strict', '--no-config.strict'], '--config.strict is given twice'],
  [[...required, '--config.dir', 'y'], '--config.dir is given twice'],
  [
    ['--config.dir=x', '--config.names', '--config.check'],
    'flag --config.names has no value: --config.check follows; --config.names=VALUE is needed',
  ],
];
for (const [args, problem] of refused) {
  test(`${args.slice(required.length).join(' ') || `${args.length} flags`} prints "${problem}" and the usage, and exits 1`, (t) => {
    const { command, out, err } = run(t, args);
    assert.deepEqual(command, { exitCode: 1 });
    assert.equal(readFlags(args), undefined);
    assert.equal(out, '');
    assert.ok(err.includes(problem), err);
    assert.match(
      err,
      /^error: .*\n(\(Did you mean .*\)\n)?usage: ebpf_exporter .*; ebpf_exporter --help has them all\n$/,
    );
  });
}

for (const flag of ['--help', '-h']) {
  test(`${flag} prints every flag with its default and exits 0`, (t) => {
    const { command, out, err } = run(t, [flag]);
    assert.deepEqual([command, err], [{ exitCode: 0 }, '']);
    assert.equal(readFlags([flag]), undefined);
    const shown = out
      .split(/\n {2}(?=-)/)
      .slice(1)
      .map((entry) => [/--[\w.-]+/.exec(entry)![0], /[(,]\s*default:\s+(.*)\)/s.exec(entry)?.[1]]);
    assert.deepEqual(Object.fromEntries(shown), {
      '--config.dir': undefined,
      '--config.names': undefined,
      '--config.check': 'false',
      '--config.strict': 'false',
      '--config.skip-cache-size': '0',
      '--debug': 'false',
      '--log.level': '"info"',
      '--log.format': '"logfmt"',
      '--log.no-timestamps': 'false',
      '--web.config.file': '""',
      '--web.listen-address': '":9435"',
      '--web.telemetry-path': '"/metrics"',
      '--web.max-connections': '512',
      '--web.max-unsent-bytes': '"32MiB"',
      '--web.write-timeout': '"1m"',
      '--web.shutdown-timeout': '"2s"',
      '--web.enable-lifecycle': 'false',
      '--web.openmetrics': 'false',
      '--web.ui': 'true',
      '--web.ui-history-bytes': '"8MiB"',
      '--web.ui-spans': 'false',
      '--capabilities.keep': '"all"',
      '--seccomp': 'true',
      '--user': '""',
      '--libbpf.path': '""',
      '--btf.path': '""',
      '--path.rootfs': '"/"',
      '--version': undefined,
      '--help': undefined,
    });
  });
}

test('--version prints the version and exits 0', (t) => {
  assert.deepEqual(run(t, ['--version']), { command: { exitCode: 0 }, out: '1.2.3\n', err: '' });
});
