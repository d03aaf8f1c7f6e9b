import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { hasCommand } from '../vm/place.ts';

const root = join(import.meta.dirname, '../..');
const directory = join(root, 'deploy/prometheus');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

type Rule = { alert?: string; annotations?: { summary: string; runbook_url: string } };
const { groups }: { groups: { rules: Rule[] }[] } = parse(read('deploy/prometheus/alerts.yml'));
const alerts = groups.flatMap(({ rules }) => rules);

const skip = hasCommand('promtool') ? false : 'promtool is missing (Debian: prometheus)';

test('every alert fires and clears as its case says', { skip }, () => {
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', 'tests.yml'], {
    cwd: directory,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
});

test('every alert has a case', () => {
  const cases: { tests: { alert_rule_test?: { alertname: string; exp_alerts?: unknown[] }[] }[] } = parse(
    read('deploy/prometheus/tests.yml'),
  );
  const tried = cases.tests.flatMap(({ alert_rule_test = [] }) => alert_rule_test);
  for (const { alert } of alerts) {
    const own = tried.filter(({ alertname }) => alertname === alert);
    assert.ok(
      own.some(({ exp_alerts = [] }) => exp_alerts.length > 0),
      `${alert} is never seen to fire`,
    );
  }
});

test('every alert has a section in the runbooks, and no section is left over', () => {
  const sections = [...read('docs/runbooks.md').matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  assert.deepEqual(
    sections,
    alerts.map(({ alert }) => alert),
  );
  for (const { alert, annotations } of alerts) {
    assert.equal(annotations?.runbook_url, `REPOSITORY/docs/runbooks.md#${alert?.toLowerCase()}`);
  }
});
