import { Composer, type Document, isScalar, Lexer, LineCounter, Parser, type YAMLParseError } from 'yaml';
import type { Finding } from './problem.ts';
import { cut } from './quote.ts';

/*
 * Limits, each far beyond what a person writes, that keep the time and memory of a hostile file within a second and
 * 200 MB. The parser takes 1 ms and 200 kB for 1,000 tokens, and calls itself for every level.
 */
export const maxYamlBytes = 1024 * 1024;
const maxTokens = 300_000;
const maxDepth = 50;

export type YamlDocument = {
  /** The first document of the text; undefined when it is broken. */
  readonly document: Document | undefined;
  readonly findings: readonly Finding[];
  /** Line and column, both from 1. */
  place(offset: number): { readonly line: number; readonly column: number };
};

/** Parses the first document of a text. A broken one has the first error only: those after it mostly follow from it. */
export function parseDocument(text: string): YamlDocument {
  const lines = new LineCounter();
  const place: YamlDocument['place'] = (offset) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const broken = (at: number, message: string): YamlDocument => {
    return { document: undefined, findings: [{ at, message }], place };
  };
  if (Buffer.byteLength(text) > maxYamlBytes) {
    return broken(0, `the file is larger than ${maxYamlBytes} bytes; a smaller one is needed`);
  }
  let document: Document | undefined;
  try {
    for (const next of documents(text, lines)) {
      if (document === undefined) document = next;
      else if (isScalar(next.contents) && next.contents.source === '') break;
      else return { document, findings: [secondDocument(next)], place };
      if (document.errors.length > 0) break;
    }
  } catch (thrown) {
    if (thrown instanceof LimitError) return broken(thrown.at, thrown.message);
    throw thrown;
  }
  const [error] = document?.errors ?? [];
  return error === undefined ? { document, findings: [], place } : broken(error.pos[0], syntaxMessage(error));
}

export class LimitError extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

function secondDocument({ range }: Document): Finding {
  const message = 'a second document begins here and is ignored; one document is needed';
  return { at: range?.[0] ?? 0, message, warning: 'always' };
}

function* documents(text: string, lines: LineCounter): Generator<Document> {
  const parser = new Parser(lines.addNewLine);
  // The failsafe schema leaves every scalar the text that it is; what it means is up to the file's schema.
  const composer = new Composer({
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  let tokens = 0;
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    if (++tokens > maxTokens) {
      throw new LimitError(parser.offset, `more than ${maxTokens} tokens of YAML; a smaller file is needed`);
    }
    for (const token of parser.next(lexeme)) yield* composer.next(token);
    if (parser.stack.length > maxDepth) {
      throw new LimitError(parser.offset, `nested more than ${maxDepth} levels deep; fewer are needed`);
    }
  }
  for (const token of parser.end()) yield* composer.next(token);
  yield* composer.end();
}

function syntaxMessage({ code, message }: YAMLParseError): string {
  if (code === 'TAB_AS_INDENT') return 'a tab indents this line; spaces are needed';
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return 'text with ": " in it; quotes around it are needed';
  return `${cut(message)}; valid YAML is needed`;
}
