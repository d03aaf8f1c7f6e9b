import { defineFlags } from '../src/cli/flag-command.ts';
import { epoch, version } from './place.ts';

/** The manual page, in mdoc's older sibling man(7), from the flags themselves. */
export function manPage(): string {
  const date = new Date(Number(epoch) * 1000).toISOString().slice(0, 10);
  const options = defineFlags(version).options.filter(({ hidden }) => !hidden);
  return [
    `.TH PROMETHEUS-EBPF-EXPORTER 1 ${date} "ebpf_exporter ${version}" "User Commands"`,
    '.SH NAME',
    'prometheus\\-ebpf\\-exporter \\- serve the maps of BPF programs as Prometheus metrics',
    '.SH SYNOPSIS',
    '.B prometheus\\-ebpf\\-exporter',
    '.B \\-\\-config.dir',
    '.I DIRECTORY',
    '.B \\-\\-config.names',
    '.I NAMES',
    '[flags]',
    '.SH DESCRIPTION',
    'Each name stands for two files in the directory: NAME.bpf.o, a BPF object, and NAME.yaml, which says what the',
    'bytes in its maps mean. The exporter loads and attaches the objects, and serves the maps at port 9435.',
    'Examples are in /usr/lib/prometheus\\-ebpf\\-exporter/examples.',
    '.SH OPTIONS',
    ...options.flatMap(({ flags, description, defaultValue }) => [
      '.TP',
      `.B ${roff(flags)}`,
      roff(defaultValue && defaultValue !== true ? `${description} (default: ${defaultValue})` : description),
    ]),
    '.SH EXIT STATUS',
    ...[
      ['0', 'stopped, or the check passed'],
      ['1', 'bad usage or config'],
      ['2', 'could not load or attach'],
      ['3', 'could not listen'],
    ].flatMap(([code, meaning]) => ['.TP', `.B ${code}`, meaning!]),
    '.SH FILES',
    '.TP',
    '.I /etc/default/prometheus\\-ebpf\\-exporter',
    'ARGS: the flags of the systemd unit.',
    '.TP',
    '.I /etc/prometheus\\-ebpf\\-exporter',
    'A place for configs of your own.',
    '',
  ].join('\n');
}

function roff(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/, '\\&$1');
}
