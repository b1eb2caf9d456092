// The text file that a command is about, also while a report beside it has the focus.

import * as vscode from 'vscode';

/** Remembers the last active editor: VS Code has none while a webview has the focus. */
export class CurrentFile implements vscode.Disposable {
  private latest = vscode.window.activeTextEditor?.document;
  private readonly changed = new vscode.EventEmitter<void>();
  /** Fires when it may be another file. */
  readonly onDidChange = this.changed.event;
  private readonly listeners = vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor((editor) => {
      this.latest = editor?.document ?? this.latest;
      this.changed.fire();
    }),
    // The active tab may be known only after the editor has lost the focus.
    vscode.window.tabGroups.onDidChangeTabs(() => this.changed.fire()),
    vscode.window.tabGroups.onDidChangeTabGroups(() => this.changed.fire()),
  );

  get document(): vscode.TextDocument | undefined {
    const active = vscode.window.activeTextEditor?.document;
    if (active) return active;
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    return tab?.input instanceof vscode.TabInputWebview && !this.latest?.isClosed ? this.latest : undefined;
  }

  dispose(): void {
    this.listeners.dispose();
    this.changed.dispose();
  }
}
