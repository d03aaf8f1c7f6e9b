import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readWebConfig } from './web-config.ts';

const directory = mkdtempSync(join(tmpdir(), 'web-config-'));
process.once('exit', () => rmSync(directory, { recursive: true }));

function read(text: string): ReturnType<typeof readWebConfig> {
  const file = join(directory, 'web.yml');
  writeFileSync(file, text);
  return readWebConfig(file);
}

const hash = '$2y$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze';

test('an empty file asks nothing of clients', () => {
  const { tls, users, headers, rateLimit } = read('');
  assert.deepEqual([tls, users.size, headers.size, rateLimit], [undefined, 0, 0, undefined]);
});

test('everything that the format has is read', () => {
  const config = read(`
tls_server_config:
  cert_file: server.crt
  key_file: server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
  client_allowed_sans: [prometheus.example]
  min_version: TLS13
  max_version: TLS13
  cipher_suites: [TLS_AES_128_GCM_SHA256]
  prefer_server_cipher_suites: false
  curve_preferences: [X25519, CurveP256]
http_server_config:
  http2: false
  headers:
    X-Frame-Options: deny
    Strict-Transport-Security: max-age=31536000
    Content-Security-Policy: ""
basic_auth_users:
  alice: ${hash}
rate_limit: {interval: 100ms, burst: 20}
`);
  assert.deepEqual(config, {
    directory,
    tls: {
      cert: { file: 'server.crt' },
      key: { file: 'server.key' },
      clientAuth: 'RequireAndVerifyClientCert',
      clientCa: { file: 'ca.crt' },
      clientAllowedSans: ['prometheus.example'],
      minVersion: 'TLS13',
      maxVersion: 'TLS13',
      ciphers: ['TLS_AES_128_GCM_SHA256'],
      preferServerCiphers: false,
      curves: ['X25519', 'CurveP256'],
    },
    http2: false,
    headers: new Map([
      ['X-Frame-Options', 'deny'],
      ['Strict-Transport-Security', 'max-age=31536000'],
    ]),
    users: new Map([['alice', hash]]),
    rateLimit: { burst: 20, intervalMs: 100 },
  });
});

const pair = 'cert_file: a, key_file: b';

for (const [text, message] of [
  ['basic_auth_user: {a: b}', /web\.yml:1:1: unknown key "basic_auth_user".*basic_auth_users/],
  ['basic_auth_users: {alice: secret}', /web\.yml:1:27: .*a bcrypt hash \(htpasswd -nBC 10 NAME\) is needed/],
  ['basic_auth_users: [alice]', /web\.yml:1:19: .*a mapping of names to bcrypt hashes/],
  ['tls_server_config: {cert_file: a}', /there is no key; key or key_file is needed/],
  ['tls_server_config: {key_file: a}', /there is no certificate; cert or cert_file is needed/],
  [`tls_server_config: {${pair}, key: c}`, /key and key_file are both given; one is needed/],
  [
    `tls_server_config: {${pair}, client_ca_file: c}`,
    /client_auth_type: RequireAndVerifyClientCert is needed/,
  ],
  [`tls_server_config: {${pair}, client_auth_type: RequireAndVerifyClientCert}`, /verifies against nothing/],
  [`tls_server_config: {${pair}, client_auth_type: Always}`, /one of NoClientCert, /],
  [`tls_server_config: {${pair}, client_allowed_sans: [a]}`, /clients may connect without a certificate/],
  [`tls_server_config: {${pair}, cipher_suites: [RC4]}`, /web\.yml:1:\d+: .*TLS_AES_128_GCM_SHA256/],
  ['http_server_config: {headers: {X-Frame-Options: allow}}', /one of deny, sameorigin/],
  ['http_server_config: {headers: {X-Own: a}}', /unknown key "X-Own"/],
  ['rate_limit: {interval: often}', /a duration such as 100ms is needed/],
  ['a: [', /web\.yml:1:/],
] as const) {
  test(`refuses ${text}`, () => assert.throws(() => read(text), { code: 'usage', message }));
}

test('every problem is told', () => {
  assert.throws(
    () => read('rate_limit: {burst: -1}\nbasic_auth_users: {a: b}\nodd: 1\n'),
    ({ message }: Error) => message.split('\n').length === 3,
  );
});

test('a file that is not there is an error', () => {
  assert.throws(() => readWebConfig(join(directory, 'absent')), { code: 'usage', message: /ENOENT/ });
});
