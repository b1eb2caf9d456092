// The Model Context Protocol over standard input and output: a bundle of its own, which only `lintel mcp` loads.

import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

/** A tool as the protocol lists it. */
export interface ListedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: { readonly type: 'object'; readonly properties: object; readonly required: readonly string[] };
}

export interface Served {
  readonly version: string;
  readonly instructions: string;
  readonly tools: readonly ListedTool[];
  /** Rejects where the call makes no sense, with a sentence that the agent is told. */
  call(name: string, input: Readonly<Record<string, unknown>>): Promise<object>;
}

/** Resolves when the client has gone. */
export async function serve({ version, instructions, tools, call }: Served): Promise<void> {
  const server = new Server(
    { name: 'lintel', title: 'Lintel', version },
    {
      capabilities: { tools: {} },
      instructions,
      // Lintel asks clients for no input that would have to be validated; the usual validator compiles code.
      jsonSchemaValidator: {
        getValidator: () => () => ({ valid: false, data: undefined, errorMessage: 'nothing was asked for' }),
      },
    },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ inputSchema, ...tool }) => ({
      ...tool,
      inputSchema: { ...inputSchema, properties: { ...inputSchema.properties }, required: [...inputSchema.required] },
      annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: false },
    })),
  }));
  let latest: Promise<unknown> = Promise.resolve();
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    // One after the other: two at once would take twice the memory and no less time.
    const answer = latest.then(() => call(params.name, params.arguments ?? {}));
    latest = answer.catch(() => undefined);
    try {
      const result = await answer;
      return { content: [{ type: 'text', text: JSON.stringify(result) }] };
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return { content: [{ type: 'text', text }], isError: true };
    }
  });
  const ended = new Promise<void>((resolve) => {
    server.onclose = resolve;
    // What was asked before the client went is answered.
    process.stdin.once('end', () => void latest.then(() => setImmediate(() => server.close())));
  });
  await server.connect(new StdioServerTransport());
  await ended;
}
