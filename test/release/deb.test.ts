import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { version } from '../../release/place.ts';
import { output, run } from '../kernel/support/run.ts';
import { scratchDirectory } from '../kernel/support/scratch.ts';
import { hasCommand } from '../vm/place.ts';
import { artifact, needsArtifact } from './support/artifacts.ts';
import { nextDeb } from './support/next-deb.ts';
import { inBareRoot, suites } from './support/root.ts';

const deb = artifact('deb');

/** Files that are there, but for what dpkg and ldconfig keep for themselves. */
const files = `files() {
  find / -xdev -not -path '/given*' -not -path '/var/lib/dpkg/*' -not -path '/var/log/*' -not -path '/var/cache/*'
}`;

describe('the Debian package', needsArtifact('deb', ['unshare']), () => {
  const given = scratchDirectory();
  before(async () => {
    copyFileSync(deb, join(given, 'package.deb'));
    copyFileSync(await nextDeb(deb, `${version}+next`), join(given, 'next.deb'));
  });

  /** What a script prints in a bare Debian. */
  const inDebian = (suite: string, script: string): Promise<string> => {
    const [command, ...args] = inBareRoot(suite, given);
    return output(command!, [
      ...args,
      'sh',
      '-euc',
      `${files}\nexport DEBIAN_FRONTEND=noninteractive\n${script}`,
    ]);
  };

  for (const [debian, suite] of Object.entries(suites)) {
    it(`installs on a bare Debian ${debian} and runs there`, async () => {
      const printed = await inDebian(
        suite,
        `dpkg -i /given/package.deb >&2
        prometheus-ebpf-exporter --version
        . /etc/default/prometheus-ebpf-exporter
        prometheus-ebpf-exporter $ARGS --web.listen-address=127.0.0.1:0 --config.check --config.strict
        dpkg --verify prometheus-ebpf-exporter`,
      );
      assert.match(printed, new RegExp(`^${version.replaceAll('.', '\\.')}\\b|${version}`));
      assert.doesNotMatch(printed, /^\?\?5/m, 'a file is another than in the package');
    });
  }

  it('enables its unit when it is first installed, and leaves the socket alone', async () => {
    const printed = await inDebian(
      'bookworm',
      `dpkg -i /given/package.deb >&2; find /etc/systemd/system -name 'prometheus-*' -printf '%P -> %l\\n'`,
    );
    const unit = 'prometheus-ebpf-exporter.service';
    assert.equal(printed, `multi-user.target.wants/${unit} -> /lib/systemd/system/${unit}\n`);
  });

  it('keeps changed flags, and a disabled unit disabled, when it is upgraded', async () => {
    const printed = await inDebian(
      'bookworm',
      `dpkg -i /given/package.deb >&2
      echo '# Mine.' >> /etc/default/prometheus-ebpf-exporter
      echo 'metrics: {}' > /etc/prometheus-ebpf-exporter/mine.yaml
      rm /etc/systemd/system/multi-user.target.wants/prometheus-ebpf-exporter.service
      dpkg --force-confold -i /given/next.deb >&2
      tail -n 1 /etc/default/prometheus-ebpf-exporter
      ls /etc/prometheus-ebpf-exporter
      find /etc/systemd/system -name 'prometheus-*'
      dpkg-query -W -f '\${Version}\\n' prometheus-ebpf-exporter`,
    );
    assert.equal(printed, `# Mine.\nmine.yaml\n${version}+next\n`);
  });

  it('leaves its flags behind when it is removed, and nothing when it is purged', async () => {
    const printed = await inDebian(
      'bookworm',
      `files | sort > /tmp/before
      dpkg -i /given/package.deb >&2
      dpkg -r prometheus-ebpf-exporter >&2
      ls /etc/default/prometheus-ebpf-exporter
      [ ! -e /usr/lib/prometheus-ebpf-exporter ]
      dpkg -P prometheus-ebpf-exporter >&2
      files | sort > /tmp/after
      diff /tmp/before /tmp/after | grep -v /tmp/ | grep '^[<>]' || true`,
    );
    assert.equal(printed, '/etc/default/prometheus-ebpf-exporter\n');
  });

  it('has nothing that lintian complains about', {
    skip: hasCommand('lintian') ? false : 'there is no lintian',
  }, async () => {
    const { stdout } = await run('lintian', ['--fail-on', 'error,warning', deb]);
    assert.equal(stdout, '');
  });
});
