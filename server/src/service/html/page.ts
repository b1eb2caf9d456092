// A whole page: one HTML file that loads nothing, as a file to hand on and in the view of an editor.

import { SCRIPT, SCRIPT_HASH, STYLE, STYLE_HASH } from '../../../generated/page.js';
import { Html, html } from './html.js';

/** Nothing from anywhere, no script and no style but those that stand here, known by their hashes. */
const POLICY = [
  "default-src 'none'",
  `style-src '${STYLE_HASH}'`,
  `script-src '${SCRIPT_HASH}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** @param body what the page says, below its title */
export function pageOf(title: string, body: Html): string {
  return `${
    html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
<script>${new Html(SCRIPT)}</script>
</body>
</html>`.text
  }\n`;
}
