// What is loaded of OpenTelemetry where spans go out by gRPC: a bundle of its own, beside that of the exporter.
export { DiagLogLevel, diag } from '@opentelemetry/api';
export {
  convertLegacyOtlpGrpcOptions,
  createOtlpGrpcExportDelegate,
} from '@opentelemetry/otlp-grpc-exporter-base';
export { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
