/** Field numbers of opentelemetry/proto/trace/v1/trace.proto and common.proto, each with its wire type, as one byte. */
const length = 2;
const fixed64 = 1;
const tag = (number: number, wire: number): number => (number << 3) | wire;

export const spanTags = {
  traceId: tag(1, length),
  spanId: tag(2, length),
  parentSpanId: tag(4, length),
  name: tag(5, length),
  kind: tag(6, 0),
  start: tag(7, fixed64),
  end: tag(8, fixed64),
  attribute: tag(9, length),
  droppedAttributes: tag(10, 0),
  event: tag(11, length),
  droppedEvents: tag(12, 0),
  droppedLinks: tag(14, 0),
  status: tag(15, length),
} as const;

/** The tag of `flags`, field 16, takes two bytes. */
export const flagsTag = [0x85, 0x01] as const;

/** In `flags`, above the trace flags: whether the parent is known to be remote, and that it is. */
export const hasIsRemote = 0x100;
export const isRemote = 0x200;

export const spanKinds = ['internal', 'server', 'client', 'producer', 'consumer'] as const;
export const spanStatuses = ['unset', 'ok', 'error'] as const;
