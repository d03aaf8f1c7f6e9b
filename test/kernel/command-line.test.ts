import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';
import { makeConfigs } from './support/configs.ts';
import { binary, freePort, runToEnd } from './support/exporter.ts';
import { needs } from './support/requirements.ts';
import { run } from './support/run.ts';

describe('a wrong command line ends the exporter and says what is wrong:', needs('native'), () => {
  const cases: readonly [
    what: string,
    args: (dir: string) => string[],
    message: RegExp,
    exitCode?: number,
  ][] = [
    [
      'an unknown flag',
      (dir) => [`--config.dir=${dir}`, '--config.names=mark', '--confg.check'],
      /^error: unknown option '--confg\.check'\n.*^usage: ebpf_exporter .*--help has them all$/ms,
    ],
    [
      'a missing flag',
      (dir) => [`--config.dir=${dir}`],
      /^error: .*--config\.names.*\nusage: ebpf_exporter .*--help has them all$/m,
    ],
    [
      'a flag that takes the next one for its value',
      (dir) => [`--config.dir=${dir}`, '--config.names', '--config.check'],
      /^error: flag --config\.names has no value: --config\.check follows/m,
    ],
    [
      'no such libbpf',
      (dir) => [`--config.dir=${dir}`, '--config.names=mark', '--libbpf.path=/nonexistent'],
      /ERROR Cannot load \/nonexistent \(.*\); --libbpf\.path needs the shared library of libbpf 1\.1 or newer/,
      2,
    ],
    [
      'a path that no request can ask for',
      (dir) => [`--config.dir=${dir}`, '--config.names=mark', '--web.telemetry-path=/a%20b'],
      /ERROR --web\.telemetry-path "\/a%20b" can never match/,
    ],
    [
      'no such directory',
      () => ['--config.dir=/nonexistent', '--config.names=mark'],
      /ERROR \/nonexistent: no such file or directory; a directory with NAME\.yaml and NAME\.bpf\.o is needed$/m,
    ],
    [
      'no such name',
      (dir) => [`--config.dir=${dir}`, '--config.names=marc'],
      /ERROR \S+\/marc\.yaml: no such file or directory; nearest names in \S+: mark$/m,
    ],
    [
      'the same name twice',
      (dir) => [`--config.dir=${dir}`, '--config.names=mark,mark'],
      /ERROR --config\.names: name "mark" is given twice; once is needed$/m,
    ],
    [
      'no such BTF',
      (dir) => [`--config.dir=${dir}`, '--config.names=mark', '--btf.path=/nonexistent'],
      /ERROR --btf\.path \/nonexistent: no such file; the BTF of the running kernel is needed$/m,
    ],
    [
      'an address that is none',
      (dir) => [`--config.dir=${dir}`, '--config.names=mark', '--web.listen-address=nowhere'],
      /ERROR --web\.listen-address "nowhere" is not an address; host:port, :port or \[v6\]:port is needed$/m,
    ],
  ];
  for (const [what, args, message, exitCode = 1] of cases) {
    it(what, async () => {
      const { code, stderr } = await runToEnd(binary, args(await mark()));
      assert.match(stderr, message);
      assert.equal(code, exitCode);
    });
  }
});

describe('a port that is in use', needs('native'), () => {
  it('ends the exporter with 3, before it attaches anything', async () => {
    const port = await freePort();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    try {
      const address = `--web.listen-address=127.0.0.1:${port}`;
      const { code, stderr } = await runToEnd(binary, [
        `--config.dir=${await mark()}`,
        '--config.names=mark',
        address,
      ]);
      assert.doesNotMatch(stderr, /Started/);
      assert.match(
        stderr,
        new RegExp(`ERROR Cannot listen on 127.0.0.1:${port}: EADDRINUSE; another program listens there`),
      );
      assert.equal(code, 3);
    } finally {
      server.close();
    }
  });
});

describe(
  'an address that cannot be listened on ends the exporter with 3 and says what to do:',
  needs('native'),
  () => {
    const cases: readonly [address: string, message: RegExp][] = [
      [
        '192.0.2.1:0',
        /ERROR Cannot listen on 192\.0\.2\.1:0: EADDRNOTAVAIL; no interface of this machine has/,
      ],
      [
        'nowhere.invalid:0',
        /ERROR Cannot listen on nowhere\.invalid:0: E(NOTFOUND|AI_AGAIN); .*write the address itself/,
      ],
    ];
    for (const [address, message] of cases) {
      it(address, async () => {
        const flags = [
          `--config.dir=${await mark()}`,
          '--config.names=mark',
          `--web.listen-address=${address}`,
        ];
        const { code, stderr } = await runToEnd(binary, flags);
        assert.match(stderr, message);
        assert.equal(code, 3);
      });
    }
  },
);

describe('the log', needs('native'), () => {
  const misspelled = async (...flags: string[]) =>
    run(binary, [`--config.dir=${await mark()}`, '--config.names=marc', ...flags]);

  it('is logfmt with a code', async () => {
    const { stderr } = await misspelled();
    assert.match(
      stderr,
      /^time=\d{4}-\S+Z level=error msg="\S+\/marc\.yaml: no such file or directory; nearest names in \S+: mark" code=config$/m,
    );
  });

  it('is one line of JSON for each event when asked', async () => {
    const { stderr } = await misspelled('--log.format=json', '--log.no-timestamps');
    const events = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      events.map(({ level, code }) => [level, code]),
      [
        ['error', 'config'],
        ['error', 'config'],
      ],
    );
  });

  it('has no more than was asked for', async () => {
    const flags = [`--config.dir=${await mark()}`, '--config.names=mark', '--config.check'];
    const logged = async (...more: string[]) => (await run(binary, [...flags, ...more])).stderr;
    assert.equal(await logged('--log.level=warn'), '');
    assert.match(await logged('--debug'), /^time=\S+ level=debug msg=.* source=libbpf$/m);
  });
});

describe('a user who is not root is told which capabilities are missing', needs('setpriv'), () => {
  const cases: readonly [held: string, section: string, missing: string, code: number][] = [
    ['', 'tp_btf/sys_enter', 'CAP_BPF and CAP_PERFMON are missing', 2],
    ['+bpf,+net_admin', 'tp_btf/sys_enter', 'CAP_PERFMON is missing', 2],
    ['+bpf,+perfmon', 'xdp/lo', 'CAP_NET_ADMIN is missing', 2],
    ['+bpf,+perfmon', 'uprobe/libc.so.6:getpriority', 'CAP_SYS_ADMIN is missing', 1],
  ];
  for (const [held, section, missing, exitCode] of cases) {
    it(`for ${section} with ${held || 'none'}`, async (t) => {
      const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
      const readable = await run('setpriv', [...nobody, 'test', '-r', binary]);
      if (readable.code !== 0) return t.skip('this checkout cannot be read by others');
      const dir = await makeConfigs({ sampled: { defines: { SECTION: `"${section}"` } } });
      const flags = [`--config.dir=${dir}`, '--config.names=sampled', '--web.listen-address=127.0.0.1:0'];
      const capabilities = held === '' ? [] : [`--inh-caps=${held}`, `--ambient-caps=${held}`];
      const check = exitCode === 1 ? ['--config.check'] : [];
      const { code, stderr } = await runToEnd('setpriv', [
        ...nobody,
        ...capabilities,
        binary,
        ...flags,
        ...check,
      ]);
      assert.match(
        stderr,
        new RegExp(`Cannot (load|attach) .*: E(PERM|ACCES) .* What to do: ${missing}: run as root`),
      );
      assert.doesNotMatch(stderr, /ulimit|RLIMIT_MEMLOCK/);
      assert.equal(code, exitCode);
    });
  }
});

function mark(): Promise<string> {
  return makeConfigs({
    mark: { defines: { MAP: 'marks' }, yaml: 'metrics: {counters: [{name: marks, help: Runs}]}' },
  });
}
