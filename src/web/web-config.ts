import { dirname } from 'node:path';
import * as v from 'valibot';
import { durationMs, durationPattern } from '../config/duration.ts';
import { type Finding, formatProblem } from '../config/problem.ts';
import { readDocument } from '../config/read-document.ts';
import { readText } from '../config/read-text.ts';
import { about, listOf, mapping, matching, needed, oneOf, text, whole } from '../config/schema-parts.ts';
import { ExporterError, messageOf } from '../errors.ts';
import { cipherNames, curveNames, versionNames } from './tls-names.ts';

/*
 * The file of `--web.config.file`, in the format that Prometheus' exporters share (prometheus/exporter-toolkit,
 * docs/web-configuration.md). As there, an unknown key is an error, and paths are relative to the file.
 */

export const clientAuthTypes = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'RequireClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;

export type WebConfig = {
  /** Directory of the file, which paths in it are relative to. */
  readonly directory: string;
  readonly tls: TlsConfig | undefined;
  readonly http2: boolean;
  /** Of every answer. */
  readonly headers: ReadonlyMap<string, string>;
  /** bcrypt hashes by name; without any, nobody is asked for a password. */
  readonly users: ReadonlyMap<string, string>;
  /** Requests that pass at once, and the time after which another does. */
  readonly rateLimit: { readonly burst: number; readonly intervalMs: number } | undefined;
};

export type TlsConfig = {
  readonly cert: Pem;
  readonly key: Pem;
  readonly clientAuth: (typeof clientAuthTypes)[number];
  readonly clientCa: Pem | undefined;
  /** Undefined: whatever the certificate says. */
  readonly clientAllowedSans: readonly string[] | undefined;
  readonly minVersion: keyof typeof versionNames;
  readonly maxVersion: keyof typeof versionNames;
  readonly ciphers: readonly (keyof typeof cipherNames)[];
  readonly preferServerCiphers: boolean;
  readonly curves: readonly (keyof typeof curveNames)[];
};

/** Where PEM text comes from. */
export type Pem = { readonly inline: string } | { readonly file: string };

/** The headers that the format knows, with the values that they take. */
const headers = mapping({
  'Content-Security-Policy': v.optional(v.string(needed('text'))),
  'X-Frame-Options': v.optional(oneOf(['', 'deny', 'sameorigin'])),
  'X-Content-Type-Options': v.optional(oneOf(['', 'nosniff'])),
  'X-XSS-Protection': v.optional(v.string(needed('text'))),
  'Strict-Transport-Security': v.optional(v.string(needed('text'))),
});

const optionalText = v.optional(v.string(needed('text')), '');

const tlsConfig = mapping({
  cert: v.pipe(optionalText, about('The certificate, in PEM')),
  key: v.pipe(optionalText, about('Its key, in PEM')),
  cert_file: v.pipe(optionalText, about('File of the certificate')),
  key_file: v.pipe(optionalText, about('File of its key')),
  client_auth_type: v.optional(oneOf(['', ...clientAuthTypes])),
  client_ca: v.pipe(optionalText, about("Certificates that clients' must lead to, in PEM")),
  client_ca_file: v.pipe(optionalText, about('File of them')),
  client_allowed_sans: v.optional(listOf(text('a name'), 'names')),
  min_version: v.optional(oneOf(namesOf(versionNames)), 'TLS12'),
  max_version: v.optional(oneOf(namesOf(versionNames)), 'TLS13'),
  cipher_suites: v.optional(listOf(oneOf(namesOf(cipherNames)), 'cipher suites'), []),
  prefer_server_cipher_suites: v.optional(v.boolean(needed('true or false')), true),
  curve_preferences: v.optional(listOf(oneOf(namesOf(curveNames)), 'curves'), []),
});

const schema = mapping({
  tls_server_config: v.optional(tlsConfig),
  http_server_config: v.optional(
    mapping({ http2: v.optional(v.boolean(needed('true or false')), true), headers: v.optional(headers) }),
  ),
  basic_auth_users: v.optional(
    v.map(
      v.string(),
      matching(/^\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}$/, 'a bcrypt hash (htpasswd -nBC 10 NAME)'),
      needed('a mapping of names to bcrypt hashes'),
    ),
  ),
  rate_limit: v.optional(
    mapping({
      interval: v.optional(matching(durationPattern, 'a duration such as 100ms'), '0s'),
      burst: v.optional(whole(0), 0),
    }),
  ),
});

type File = v.InferOutput<typeof schema>;

/** Reads the file. Throws `usage` with every problem as `FILE:LINE:COLUMN: what is wrong; what is needed`. */
export function readWebConfig(file: string): WebConfig {
  const format = {
    schema,
    check: (tree: unknown) => checkTls(tree),
    needed: 'tls_server_config or basic_auth_users',
  };
  let content: string;
  try {
    content = readText(file);
  } catch (cause) {
    throw new ExporterError('usage', `--web.config.file ${file}: ${messageOf(cause)}`, { cause });
  }
  // An empty file is a configuration: nothing is asked of clients.
  if (content.trim() === '') return toWebConfig({}, file);
  const { output, problems } = readDocument(file, content, format, { strict: true });
  if (output === undefined) throw new ExporterError('usage', problems.map(formatProblem).join('\n'));
  return toWebConfig(output, file);
}

function toWebConfig(file: Partial<File>, path: string): WebConfig {
  const { tls_server_config: tls, http_server_config: http, rate_limit: limit } = file;
  const intervalMs = durationMs(limit?.interval ?? '');
  return {
    directory: dirname(path),
    tls: tls && wantsTls(tls) ? toTls(tls) : undefined,
    http2: http?.http2 ?? true,
    headers: new Map(
      Object.entries(http?.headers ?? {}).flatMap(([name, value]) => (value ? [[name, value]] : [])),
    ),
    users: file.basic_auth_users ?? new Map(),
    rateLimit: intervalMs > 0 ? { burst: limit!.burst, intervalMs } : undefined,
  };
}

function toTls(tls: NonNullable<File['tls_server_config']>): TlsConfig {
  const pem = (inline: string, file: string): Pem => (file === '' ? { inline } : { file });
  return {
    cert: pem(tls.cert, tls.cert_file),
    key: pem(tls.key, tls.key_file),
    clientAuth: tls.client_auth_type || 'NoClientCert',
    clientCa: tls.client_ca || tls.client_ca_file ? pem(tls.client_ca, tls.client_ca_file) : undefined,
    clientAllowedSans: tls.client_allowed_sans,
    minVersion: tls.min_version,
    maxVersion: tls.max_version,
    ciphers: tls.cipher_suites,
    preferServerCiphers: tls.prefer_server_cipher_suites,
    curves: tls.curve_preferences,
  };
}

function wantsTls(tls: Partial<NonNullable<File['tls_server_config']>>): boolean {
  const { cert, cert_file, key, key_file, client_ca, client_ca_file, client_auth_type } = tls;
  return [cert, cert_file, key, key_file, client_ca, client_ca_file, client_auth_type].some(Boolean);
}

/** What only several keys together say. */
function checkTls(tree: unknown): Finding[] {
  const tls = (tree as { tls_server_config?: Record<string, unknown> } | undefined)?.tls_server_config;
  if (typeof tls !== 'object' || Array.isArray(tls) || !wantsTls(tls)) return [];
  const findings: Finding[] = [];
  const find = (key: string, message: string): void => {
    findings.push({ at: key in tls ? ['tls_server_config', key] : ['tls_server_config'], message });
  };
  for (const name of ['cert', 'key', 'client_ca']) {
    if (tls[name] && tls[`${name}_file`])
      find(name, `${name} and ${name}_file are both given; one is needed`);
  }
  if (!tls.cert && !tls.cert_file) find('cert_file', 'there is no certificate; cert or cert_file is needed');
  if (!tls.key && !tls.key_file) find('key_file', 'there is no key; key or key_file is needed');
  const type = String(tls.client_auth_type || 'NoClientCert');
  if ((tls.client_ca || tls.client_ca_file) && type === 'NoClientCert') {
    find(
      tls.client_ca ? 'client_ca' : 'client_ca_file',
      'has no effect; client_auth_type: RequireAndVerifyClientCert is needed',
    );
  }
  if (/Verify/.test(type) && !tls.client_ca && !tls.client_ca_file) {
    find('client_auth_type', `${type} verifies against nothing; client_ca or client_ca_file is needed`);
  }
  if (
    tls.client_allowed_sans &&
    !['RequireAnyClientCert', 'RequireClientCert', 'RequireAndVerifyClientCert'].includes(type)
  ) {
    find(
      'client_allowed_sans',
      `clients may connect without a certificate under ${type}; client_auth_type: RequireAndVerifyClientCert is needed`,
    );
  }
  return findings;
}

function namesOf<T extends object>(names: T): (keyof T & string)[] {
  return Object.keys(names) as (keyof T & string)[];
}
