import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../errors.ts';
import { type Answer, type Handler, line, type Request, whole } from './answer.ts';
import { weightsOf } from './weights.ts';

/** Nothing but what we serve ourselves runs, is shown or asked. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

type Link = { readonly path: string; readonly text: string };

type File = { readonly compressed: Buffer; readonly plain: Buffer; readonly tag: string };

/**
 * The live page by path, whose files the set-up puts beside the exporter's bundle, compressed. They are read when they are first
 * asked for: nothing of it is in the way of a start.
 *
 * @param links what the exporter serves besides.
 */
export function pageRoutes(links: readonly Link[]): Record<string, Handler> {
  const files = new Map<string, File>();
  const answerWith =
    (name: string, type: string, change?: (text: string) => string): Handler =>
    (request) => {
      let file = files.get(name);
      if (file === undefined) {
        try {
          file = readPageFile(name, change);
        } catch (thrown) {
          return line(500, `Cannot read a file of the page: ${messageOf(thrown)}; npm run setup makes it`);
        }
        files.set(name, file);
      }
      return answer(request, file, type);
    };
  const items = links.map(
    ({ path, text }) => `<li><a href="${escapeHtml(path)}">${escapeHtml(text)}</a></li>`,
  );
  const addLinks = (text: string): string =>
    text.replace('%LINKS%', () => escapeHtml(JSON.stringify(links))).replace('%LIST%', () => items.join(''));
  return {
    '/': answerWith('index.html', 'text/html; charset=utf-8', addLinks),
    '/ui/page.js': answerWith('page.js', 'text/javascript; charset=utf-8'),
    '/ui/page.css': answerWith('page.css', 'text/css; charset=utf-8'),
  };
}

/** Browsers ask each time whether it is still the same, since another version of the exporter has the same paths. */
function answer({ headers }: Request, file: File, type: string): Answer {
  const common = {
    'Content-Type': type,
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-cache',
    ETag: file.tag,
  };
  if (headers['if-none-match']?.includes(file.tag)) return { status: 304, headers: common, body: whole('') };
  const weights = weightsOf(headers['accept-encoding']);
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0
    ? { headers: { ...common, 'Content-Encoding': 'gzip' }, body: whole(file.compressed) }
    : { headers: common, body: whole(file.plain) };
}

function readPageFile(name: string, change?: (text: string) => string): File {
  const here = dirname(import.meta.filename);
  const directory = import.meta.filename.endsWith('.ts')
    ? join(here, '../../build/page')
    : join(here, 'page');
  const { gunzipSync, gzipSync } = process.getBuiltinModule('node:zlib');
  const { createHash } = process.getBuiltinModule('node:crypto');
  const read = readFileSync(join(directory, `${name}.gz`));
  const text = gunzipSync(read);
  const plain = change === undefined ? text : Buffer.from(change(text.toString()));
  const compressed = change === undefined ? read : gzipSync(plain);
  const tag = `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return { compressed, plain, tag };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
