// What is loaded of OpenTelemetry where spans go out by HTTP: a bundle of its own, beside that of the exporter.
export { DiagLogLevel, diag } from '@opentelemetry/api';
export {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
export { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
