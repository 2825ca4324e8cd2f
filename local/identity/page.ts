import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';

/** Safe within text and quoted attributes of HTML. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const STYLE = `
:root { color-scheme: light dark; --ink: #1a1c22; --soft: #555b69; --paper: #f5f5f7; --card: #fff; --line: #8a90a0; --act: #3346c4; --act-ink: #fff; --wrong: #a8141f }
@media (prefers-color-scheme: dark) { :root { --ink: #eef0f5; --soft: #b4bac8; --paper: #14161b; --card: #1e2128; --line: #767d8e; --act: #a9b5ff; --act-ink: #14161b; --wrong: #ff9aa2 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { width: min(26rem, 100%); padding: 2rem; background: var(--card); border-radius: .75rem; box-shadow: 0 1px 3px #0003 }
h1 { margin: 0 0 .25rem; font-size: 1.375rem; line-height: 1.25 }
p { margin: 0 0 1.5rem; color: var(--soft) }
label { display: block; font-weight: 600 }
.tick { display: flex; gap: .625rem; align-items: center; margin: 1.25rem 0; font-weight: 400 }
.tick input { width: 1.25rem; height: 1.25rem; margin: 0; accent-color: var(--act) }
input[type=email] { width: 100%; margin-top: .375rem; padding: .625rem .75rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: .5rem }
input[aria-invalid] { border-color: var(--wrong) }
#problem { margin: .5rem 0 0; color: var(--wrong) }
button { width: 100%; min-height: 2.75rem; padding: .625rem; font: inherit; font-weight: 600; color: var(--act-ink); background: var(--act); border: 0; border-radius: .5rem; cursor: pointer }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px }
`;

const sourceOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** A page of the provider. */
export interface Page {
  readonly title: string;
  /** HTML. */
  readonly body: string;
  readonly script?: string;
  /** Origins that a form of it may lead to, also by a redirect. */
  readonly formTargets: readonly string[];
}

/** Headers that hold of every page, whatever is in it. */
export const pageHeaders = ({ script, formTargets }: Page): Record<string, string> => ({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': [
    "default-src 'none'",
    `style-src ${sourceOf(STYLE)}`,
    ...(script ? [`script-src ${sourceOf(script)}`] : []),
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
});

export const pageHtml = ({ title, body, script }: Page): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>${body}</main>
${script ? `<script>${script}</script>` : ''}
</body>
</html>
`;

export function sendPage(response: ServerResponse, status: number, page: Page): void {
  response.writeHead(status, pageHeaders(page)).end(pageHtml(page));
}
