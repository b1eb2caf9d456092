// The way of what is explained, lit up in the editors that show its files.

import * as vscode from 'vscode';
import type { WayStep } from '../../shared/explanation.js';

/** How many steps one line tells: a chain that is entered often would fill the window. */
const TOLD_LIMIT = 3;

/** Marks the statements of one way, with what each of them did, until another one or none is shown. */
export class LitWay implements vscode.Disposable {
  private way: readonly WayStep[] = [];
  private readonly passed = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.rangeHighlightForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Full,
    // Themes of high contrast have no background for it.
    borderColor: new vscode.ThemeColor('focusBorder'),
    borderStyle: 'solid',
    borderWidth: '0 0 0 2px',
    after: { color: new vscode.ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 2em' },
  });
  private readonly leftOut = vscode.window.createTextEditorDecorationType({
    after: {
      color: new vscode.ThemeColor('editorCodeLens.foreground'),
      fontStyle: 'italic',
      margin: '0 0 0 2em',
    },
  });
  private readonly disposables = [
    this.passed,
    this.leftOut,
    vscode.window.onDidChangeVisibleTextEditors(() => this.light()),
  ];

  show(way: readonly WayStep[]): void {
    this.way = way;
    this.light();
  }

  dispose(): void {
    for (const one of this.disposables) one.dispose();
  }

  private light(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const lines = stepsByLines(this.way, document.uri.toString());
      const marks = [...lines].map(([first, { last, steps }]) => ({
        applies: steps.some(({ applies }) => applies),
        range: document.validateRange(new vscode.Range(first, 0, last, Number.MAX_SAFE_INTEGER)),
        renderOptions: { after: { contentText: told(steps) } },
      }));
      editor.setDecorations(
        this.passed,
        marks.filter(({ applies }) => applies),
      );
      editor.setDecorations(
        this.leftOut,
        marks.filter(({ applies }) => !applies),
      );
    }
  }
}

interface Numbered extends WayStep {
  readonly number: number;
}

/** The steps at each first line of one file, numbered along the whole way. */
function stepsByLines(way: readonly WayStep[], uri: string): Map<number, { last: number; steps: Numbered[] }> {
  const lines = new Map<number, { last: number; steps: Numbered[] }>();
  way.forEach((step, i) => {
    const [first, last] = step.lines;
    if (vscode.Uri.parse(step.uri, true).toString() !== uri) return;
    const known = lines.get(first) ?? { last, steps: [] };
    known.steps.push({ ...step, number: i + 1 });
    lines.set(first, { last: Math.max(known.last, last), steps: known.steps });
  });
  return lines;
}

function told(steps: readonly Numbered[]): string {
  const more = steps.length - TOLD_LIMIT;
  const shown = steps.slice(0, TOLD_LIMIT).map(({ number, effect }) => `${number}. ${effect}`);
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
