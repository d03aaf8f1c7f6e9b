// The parts of prom-client that we use; see `ProcessFamilies`.
declare module 'prom-client/lib/registry.js' {
  export { Registry as default } from 'prom-client';
}
declare module 'prom-client/lib/metrics/*.js' {
  import type { Registry } from 'prom-client';
  /** Registers some metrics. */
  export default function register(registry: Registry): void;
}
