import type { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import { ExporterError, messageOf } from '../errors.ts';
import { cipherNames, curveNames, versionNames } from './tls-names.ts';
import type { Pem, TlsConfig } from './web-config.ts';

export type TlsOptions = SecureContextOptions & {
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
};

/** The files that a configuration names, as paths. */
export function tlsFiles({ cert, key, clientCa }: TlsConfig, directory: string): string[] {
  return [cert, key, clientCa].flatMap((pem) => (pem && 'file' in pem ? [pathOf(pem.file, directory)] : []));
}

/** Reads certificates and key. Throws `usage` with the file, for those that cannot be read or do not fit together. */
export function tlsOptions(config: TlsConfig, directory: string): TlsOptions {
  const read = (what: string, pem: Pem): string => {
    if ('inline' in pem) return pem.inline;
    try {
      return readFileSync(pathOf(pem.file, directory), 'utf8');
    } catch (cause) {
      throw new ExporterError('usage', `${what}: ${messageOf(cause)}`, { cause });
    }
  };
  const options: TlsOptions = {
    cert: read('cert_file', config.cert),
    key: read('key_file', config.key),
    ...(config.clientCa && { ca: read('client_ca_file', config.clientCa) }),
    ...(config.ciphers.length > 0 && { ciphers: config.ciphers.map((name) => cipherNames[name]).join(':') }),
    ...(config.curves.length > 0 && { ecdhCurve: config.curves.map((name) => curveNames[name]).join(':') }),
    minVersion: versionNames[config.minVersion],
    maxVersion: versionNames[config.maxVersion],
    honorCipherOrder: config.preferServerCiphers,
    requestCert: config.clientAuth !== 'NoClientCert',
    // The other kinds are looked at when the connection is there: `refusalOf`.
    rejectUnauthorized: config.clientAuth === 'RequireAndVerifyClientCert',
  };
  try {
    process.getBuiltinModule('node:tls').createSecureContext(options);
  } catch (cause) {
    const where = [...tlsFiles(config, directory)].join(', ') || 'inline';
    throw new ExporterError('usage', `Certificate and key (${where}) cannot be used: ${messageOf(cause)}`, {
      cause,
    });
  }
  return options;
}

/** Why a client's connection is to be closed; undefined when it may stay. */
export function refusalOf(
  socket: TLSSocket,
  { clientAuth, clientAllowedSans }: TlsConfig,
): string | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) {
    return /^Require/.test(clientAuth) ? 'it has no certificate' : undefined;
  }
  if (/Verify/.test(clientAuth) && !socket.authorized) {
    return `its certificate does not verify: ${messageOf(socket.authorizationError)}`;
  }
  if (clientAllowedSans === undefined) return undefined;
  const names = subjectAltNames(certificate);
  return names.some((name) => clientAllowedSans.includes(name))
    ? undefined
    : `none of its names (${names.join(', ')}) is in client_allowed_sans`;
}

/** DNS names, e-mail and IP addresses and URIs. */
function subjectAltNames({ subjectAltName = '' }: X509Certificate): string[] {
  return [...subjectAltName.matchAll(/(?:^|, )(?:DNS|email|IP Address|URI):("(?:[^"\\]|\\.)*"|[^,]*)/g)].map(
    ([, name = '']) => (name.startsWith('"') ? (JSON.parse(name) as string) : name),
  );
}

function pathOf(file: string, directory: string): string {
  return isAbsolute(file) ? file : join(directory, file);
}
