// The signs of verdicts.

import { type CoverageStatus, STATUS_WORDS } from '../../../../shared/coverage.js';
import { type Html, html } from './html.js';

/** Drawn in a box of 16 by 16, so that no font has to have them. */
const SIGNS: Readonly<Record<CoverageStatus, Html>> = {
  blocked: html`<path d="M4 4l8 8M12 4l-8 8"/>`,
  partial: html`<circle cx="8" cy="8" r="5"/><path class="solid" d="M8 3a5 5 0 0 1 0 10z"/>`,
  undecided: html`<path d="M5.2 6a2.9 2.9 0 1 1 4.2 2.6C8.4 9.1 8 9.5 8 10.5M8 13.2v.1"/>`,
  met: html`<path d="M3.5 8.5l3 3.2L12.5 5"/>`,
  'not-applicable': html`<path d="M5 8h6"/>`,
};

/** The sign of a verdict, beside which its word stands. */
export function signOf(status: CoverageStatus): Html {
  return html`<svg class="sign ${status}" viewBox="0 0 16 16" aria-hidden="true">${SIGNS[status]}</svg>`;
}

/** The same sign inside of another picture, with its middle at a point. */
export function signAt(status: CoverageStatus, x: number, y: number): Html {
  return html`<g class="sign ${status}" transform="translate(${x - 8} ${y - 8})">${SIGNS[status]}</g>`;
}

/** A sign with its word. */
export function namedSign(status: CoverageStatus): Html {
  return html`<span class="status ${status}">${signOf(status)} ${STATUS_WORDS[status]}</span>`;
}
