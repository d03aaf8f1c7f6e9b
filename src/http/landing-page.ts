/** The page at `/`. */
export function landingPage(links: readonly { path: string; text: string }[]): string {
  const items = links.map(
    ({ path, text }) => `<li><a href="${escapeHtml(path)}">${escapeHtml(text)}</a></li>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>eBPF exporter</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }</style>
<h1>eBPF exporter</h1>
<p>Numbers from inside the Linux kernel, for Prometheus.</p>
<ul>
${items.join('\n')}
</ul>
</html>
`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
