// The parts of prom-client that we use, without the one that pushes to a gateway: it loads Node.js's HTTPS client,
// which costs 30 ms of every start.
declare module 'prom-client/lib/registry.js' {
  export { Registry as default } from 'prom-client';
}
declare module 'prom-client/lib/defaultMetrics.js' {
  export { collectDefaultMetrics as default } from 'prom-client';
}
