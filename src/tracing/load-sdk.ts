import { createRequire } from 'node:module';

type Parts = {
  http: typeof import('./sdk-http.ts');
  grpc: typeof import('./sdk-grpc.ts');
  console: typeof import('./sdk-console.ts');
};

/** Loads a part of OpenTelemetry's SDK, which takes some 100 ms: for those only who trace. */
export function loadSdk<Name extends keyof Parts>(name: Name): Parts[Name] {
  const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'cjs';
  return createRequire(import.meta.filename)(`./sdk-${name}.${extension}`);
}
