{{- define "ebpf-exporter.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "ebpf-exporter.selector" -}}
app.kubernetes.io/name: ebpf-exporter
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "ebpf-exporter.labels" -}}
{{ include "ebpf-exporter.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "ebpf-exporter.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{- define "ebpf-exporter.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "ebpf-exporter.name" .) }}
{{- end -}}

{{/* A reload loads programs again, and so needs what loading takes. */}}
{{- define "ebpf-exporter.keep" -}}
{{- if and .Values.reload.enabled (eq .Values.keepCapabilities "none") -}}cap_bpf,cap_perfmon{{- else -}}{{ .Values.keepCapabilities }}{{- end -}}
{{- end -}}

{{/* Where the exporter finds its configs: the objects' own directory, or one of links to them and to the ConfigMap. */}}
{{- define "ebpf-exporter.objects" -}}
{{- if eq .Values.config.objects.source "host" -}}/objects{{- else -}}{{ .Values.config.objects.path }}{{- end -}}
{{- end -}}
{{- define "ebpf-exporter.directory" -}}
{{- if .Values.config.yaml -}}/configs{{- else -}}{{ include "ebpf-exporter.objects" . }}{{- end -}}
{{- end -}}
