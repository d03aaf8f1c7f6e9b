// What is loaded of OpenTelemetry where spans are printed: a bundle of its own, beside that of the exporter.
export { DiagLogLevel, diag } from '@opentelemetry/api';
export { ConsoleSpanExporter } from '@opentelemetry/sdk-trace';
