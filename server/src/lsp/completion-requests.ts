// Completion: the list at once, and the documentation of an entry when somebody looks at it. And the form of the call that is written.

import { CompletionTriggerKind, type Connection, type TextDocumentPositionParams } from 'vscode-languageserver';
import type { LanguageService } from '../service/language-service.js';
import { toCompletion, toRange, toSignatureHelp } from './convert.js';
import type { CheckedDocument } from './open-documents.js';

/** What opens a list beside the letters of a word: a space, what begins options, variables and sets, and a dot before members. */
export const TRIGGER_CHARACTERS = [' ', '-', '$', '@', '.'];

/** What shows the form of a call or a command: an argument begins. */
export const SIGNATURE_CHARACTERS = ['(', ',', ' ', '='];

/** How many completions a list has at most that opens behind such a character: where nearly everything fits, it only stands in the way. */
const UNASKED_LIMIT = 30;

export function answerCompletions(
  connection: Connection,
  service: LanguageService,
  findAt: (params: TextDocumentPositionParams) => Promise<(CheckedDocument & { readonly offset: number }) | undefined>,
  /** Whether the client fills in snippets. */
  takesSnippets: () => boolean,
): void {
  /** Of the latest list, by its entries' data; editors ask about no other. */
  let documentation: ReadonlyMap<string, string> = new Map();

  connection.onCompletion(async (params) => {
    const open = await findAt(params);
    const isAsked = params.context?.triggerKind !== CompletionTriggerKind.TriggerCharacter;
    const mostItems = isAsked ? Number.POSITIVE_INFINITY : UNASKED_LIMIT;
    const completions = open && (await service.completions(open.uri, open.offset, open.request, mostItems));
    if (!open || !completions) return null;
    if (params.context?.triggerCharacter === '.' && !completions.areMembers) return null;
    const range = toRange(completions.range, open.document);
    const told = new Map<string, string>();
    const items = completions.items.map((item) => {
      if (item.documentation !== undefined) told.set(item.label, item.documentation);
      return {
        ...toCompletion(item, range, takesSnippets()),
        ...(item.documentation === undefined ? {} : { data: item.label }),
      };
    });
    documentation = told;
    return items;
  });

  connection.onCompletionResolve((item) => {
    const value = documentation.get(String(item.data));
    return value === undefined ? item : { ...item, documentation: { kind: 'markdown', value } };
  });

  connection.onSignatureHelp(async (params) => {
    const open = await findAt(params);
    const signature = open && (await service.signature(open.uri, open.offset));
    return signature ? toSignatureHelp(signature) : null;
  });
}
