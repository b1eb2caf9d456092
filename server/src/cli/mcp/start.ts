// Serves a workspace to agents, from whichever program is asked to.

import { createRequire } from 'node:module';
import { version } from '../../../../package.json';
import type { serve } from './serve.js';
import { inputSchemaOf, runTool, TOOLS } from './tools.js';
import { Workspace } from './workspace.js';

const INSTRUCTIONS = `Lintel decides what firewall and proxy configuration does to documented traffic: exactly, or undecided with the condition that decides it.
Check a file before and after you edit it. Propose edits that propose_fix has proved, and let the user apply them. Where a result has questions, ask the user: a guess may cause an outage. Answers that hold for the network (roles, interfaces, dns) belong into lintel.yaml.`;

/** Resolves when the client has gone. Rejects where there is no such folder. */
export async function serveAgents(folder: string): Promise<void> {
  const workspace = await Workspace.open(folder);
  // Relative to the bundle that this is part of.
  const chunk: { readonly serve: typeof serve } = createRequire(__filename)('./mcp.js');
  await chunk.serve({
    version,
    instructions: INSTRUCTIONS,
    tools: TOOLS.map((tool) => {
      const { name, title, description } = tool;
      return { name, title, description, inputSchema: inputSchemaOf(tool) };
    }),
    call: (name, input) => runTool(name, input, workspace),
  });
}
