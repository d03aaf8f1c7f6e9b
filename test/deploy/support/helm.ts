import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { hasCommand } from '../../vm/place.ts';

const root = join(import.meta.dirname, '../../..');

export const chart = join(root, 'deploy/helm/ebpf-exporter');

export const helmMissing = hasCommand('helm') ? false : 'helm is not in PATH (no Debian package has it)';

export type Manifest = { apiVersion: string; kind: string; metadata: { name: string } };
export type ConfigMap = Manifest & { data: Readonly<Record<string, string>> };
export type Container = {
  readonly command?: readonly string[];
  readonly args: readonly string[];
  readonly securityContext: {
    readonly runAsUser: number;
    readonly readOnlyRootFilesystem: boolean;
    readonly capabilities: { readonly drop: readonly string[]; readonly add?: readonly string[] };
  };
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
};
export type Volume = {
  readonly name: string;
  readonly hostPath?: { readonly path: string };
  readonly emptyDir?: object;
  readonly configMap?: { readonly name: string };
};
export type Pod = {
  readonly initContainers?: readonly Container[];
  readonly containers: readonly [Container];
  readonly volumes: readonly Volume[];
};
export type DaemonSet = Manifest & {
  spec: { template: { metadata: { annotations?: Record<string, string> }; spec: Pod } };
};

export function helm(
  values: object,
  ...args: string[]
): { status: number | null; stdout: string; stderr: string } {
  const input = JSON.stringify(values);
  return spawnSync('helm', [...args, chart, '--values', '-', '--kube-version', '1.31.0'], {
    input,
    encoding: 'utf8',
  });
}

export function render(values: object): Manifest[] {
  const { status, stdout, stderr } = helm(values, 'template', 'release');
  assert.equal(status, 0, stderr);
  return parseAllDocuments(stdout).map((document) => document.toJS());
}

export function daemonSet(values: object): DaemonSet {
  return render(values).find(({ kind }) => kind === 'DaemonSet') as DaemonSet;
}
