// Writes the form of a command or a call, and remembers where in it each parameter stands.

import type { Signature } from '../dialect.js';

export class SignatureText {
  private readonly parameters: Signature['parameters'][number][] = [];
  private readonly names: string[] = [];

  constructor(private label: string) {}

  /** Adds a parameter; what is blank or a comma before it is no part of it. */
  add(text: string, name: string, documentation?: string): void {
    const start = this.label.length + text.length - text.replace(/^[\s,]+/, '').length;
    this.label += text;
    this.names.push(name);
    const range = { start, end: this.label.length };
    this.parameters.push(documentation === undefined ? { range } : { range, documentation });
  }

  addText(text: string): void {
    this.label += text;
  }

  /** @param active the name of the parameter that is being written */
  signature(active: string | undefined, documentation?: string): Signature {
    const index = active === undefined ? -1 : this.names.indexOf(active);
    return this.at(index < 0 ? undefined : index, documentation);
  }

  /** @param active the parameter that is being written, by its place */
  at(active: number | undefined, documentation?: string): Signature {
    const { label, parameters } = this;
    return { label, parameters, active, ...(documentation === undefined ? {} : { documentation }) };
  }
}
