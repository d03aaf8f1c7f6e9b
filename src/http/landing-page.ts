export type LandingPage = {
  readonly version: string;
  readonly links: readonly { readonly path: string; readonly text: string }[];
  readonly configs: readonly LandingConfig[];
};

/** A config that was asked for. */
export type LandingConfig = {
  readonly name: string;
  /** Why it is not loaded; undefined when it is. */
  readonly reason?: string | undefined;
  readonly programs: readonly LandingPart[];
  /** Those that are disabled. */
  readonly metrics: readonly LandingPart[];
};

export type LandingPart = {
  readonly name: string;
  readonly section?: string;
  /** Why it does not work; undefined when it does. */
  readonly reason?: string | undefined;
};

/** The page at `/`: what runs here, and what does not and why. */
export function landingPage({ version, links, configs }: LandingPage): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>eBPF exporter</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 3rem auto; padding: 0 1rem }
pre { white-space: pre-wrap; margin: 0.2rem 0 0.8rem; padding-left: 1rem; border-left: 3px solid #c33 }
</style>
<h1>eBPF exporter</h1>
<p>Version ${escapeHtml(version)}. Numbers from inside the Linux kernel, for Prometheus.</p>
<ul>
${links.map(({ path, text }) => `<li><a href="${escapeHtml(path)}">${escapeHtml(text)}</a></li>`).join('\n')}
</ul>
${configs.map(configHtml).join('\n')}
</html>
`;
}

function configHtml({ name, reason, programs, metrics }: LandingConfig): string {
  if (reason !== undefined) return `<h2>${escapeHtml(name)}: not loaded</h2>\n${reasonHtml(reason)}`;
  const items = [
    ...programs.map((part) => partHtml(part, part.reason === undefined ? 'attached' : 'not attached')),
    ...metrics.map((part) => partHtml(part, 'metric disabled')),
  ];
  return `<h2>${escapeHtml(name)}</h2>\n<ul>\n${items.join('\n')}\n</ul>`;
}

function partHtml({ name, section, reason }: LandingPart, state: string): string {
  const what = section === undefined ? '' : ` <code>${escapeHtml(section)}</code>`;
  return `<li><b>${escapeHtml(name)}</b>${what}: ${state}${reason === undefined ? '' : reasonHtml(reason)}</li>`;
}

function reasonHtml(reason: string): string {
  return `<pre>${escapeHtml(reason)}</pre>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
