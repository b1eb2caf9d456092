// What an agent may ask about a workspace: one tool for each command that answers a question. None of them writes.

import { createTwoFilesPatch } from 'diff';
import type { Found } from '../../catalog/find.js';
import { CLOUDS } from '../../catalog/requirement.js';
import { questionsIn } from '../../catalog/sought.js';
import { InputError } from '../../library/input-error.js';
import { type Fixed, listingOf } from '../../library/results.js';
import type { CheckedFile, Cloud, Options, Question, Verdict } from '../../library/types.js';
import { encodeText } from '../../text/decode.js';
import { planJson } from '../formats/plan.js';
import type { Workspace } from './workspace.js';

/** The arguments of a call, as they arrive. */
export type Input = Readonly<Record<string, unknown>>;

export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly properties: Readonly<Record<string, Property>>;
  readonly required: readonly string[];
  /** Throws an {@link InputError} where the arguments make no sense. The result is JSON. */
  run(input: Input, workspace: Workspace): Promise<object>;
}

interface Property {
  readonly type: 'string' | 'array';
  readonly description: string;
  readonly enum?: readonly string[];
  readonly items?: { readonly type: 'string' };
}

const PATHS: Property = {
  type: 'array',
  items: { type: 'string' },
  description: 'Files and folders, relative to the workspace. Default: the whole workspace.',
};
const PATH: Property = { type: 'string', description: 'One file, relative to the workspace.' };
const CLOUD: Property = {
  type: 'string',
  enum: CLOUDS,
  description: 'The Microsoft cloud, unless lintel.yaml names one.',
};
const REQUIRE: Property = {
  type: 'array',
  items: { type: 'string' },
  description: 'What to check: ids with *, or tags joined by +. Default: what the files or lintel.yaml say.',
};
const COMMON = { paths: PATHS, require: REQUIRE, cloud: CLOUD };

const UNDECIDED = 'Where a verdict is undecided, the result has a question for the user: ask it, do not guess.';

export const TOOLS: readonly Tool[] = [
  {
    name: 'check',
    title: 'Check firewall and proxy files',
    description: `Checks firewall, proxy and PAC files against documented requirements, on the statement that decides. Check after every edit. ${UNDECIDED}`,
    properties: COMMON,
    required: [],
    async run(input, workspace) {
      const { engine, unread } = await workspace.read(pathsOf(input), optionsOf(input));
      const { files } = await engine.check();
      return { files: files.map(withoutVerdicts), questions: questionsOf(files), unread };
    },
  },
  {
    name: 'coverage',
    title: 'List the verdict of every requirement',
    description: `Lists every requirement with its verdict for each file: met, partial, blocked, undecided or not-applicable. ${UNDECIDED}`,
    properties: COMMON,
    required: [],
    async run(input, workspace) {
      const { engine, unread } = await workspace.read(pathsOf(input), optionsOf(input));
      const covered = (await engine.check()).files.filter(({ verdicts }) => verdicts.length > 0);
      const files = covered.map(({ path, dialect, verdicts }) => ({ path, dialect, verdicts }));
      return { files, questions: questionsOf(covered), unread };
    },
  },
  {
    name: 'explain',
    title: 'Explain what a file does with a flow or URL',
    description: `Tells what one file does with one flow (packet filters) or URL (proxies, PAC files), and which statements decide. Give either flow or url. ${UNDECIDED}`,
    properties: {
      path: PATH,
      flow: { type: 'string', description: 'The first packet: udp 10.1.2.3:50000 > 52.112.0.10:3478' },
      url: { type: 'string', description: 'SCHEME://host[:port]/path, where SCHEME is http, https, ws or wss.' },
      client: { type: 'string', description: 'The address of the client that asks for the URL.' },
      user: { type: 'string', description: 'The name that the client is logged in with.' },
      hook: { type: 'string', enum: ['forward', 'input', 'output'], description: 'The hook that the flow passes.' },
      inInterface: { type: 'string', description: 'The interface where the flow comes in.' },
      outInterface: { type: 'string', description: 'The interface where it goes out.' },
      point: { type: 'string', description: 'The access list or chain that it passes.' },
    },
    required: ['path'],
    async run(input, workspace) {
      const question = questionFrom(input);
      const { engine, uris, unread } = await workspace.read([question.path], {});
      const [uri] = uris;
      if (uri === undefined) throw new InputError(unread[0] ?? `${question.path}: no file of a known dialect`);
      const answer = await engine.explain(uri, question);
      if (answer.verdict !== 'undecided') return answer;
      const choices = answer.choices.length > 0 ? ` It may be: ${answer.choices.join('; ')}.` : '';
      return { ...answer, question: `${dependsOn(answer.reason)}${choices}` };
    },
  },
  {
    name: 'plan',
    title: 'List the openings that the network needs',
    description:
      'Lists every firewall opening that the roles of lintel.yaml need, with source, destination, ports and document.',
    properties: { require: REQUIRE, cloud: CLOUD },
    required: [],
    async run(input, workspace) {
      const { engine } = await workspace.read([], optionsOf(input));
      const network = await engine.plan();
      const roles = [...network.undeclaredRoles.keys()];
      const questions = roles.map((role) => ({
        role,
        question: `What are the addresses of the role ${role} in this network?`,
      }));
      return { ...JSON.parse(planJson(network)), questions };
    },
  },
  {
    name: 'find',
    title: 'Find which documents list a host, address or port',
    description: 'Tells which documented requirements list a host, an address, a prefix, a port (udp/3478) or a URL.',
    properties: {
      what: {
        type: 'string',
        description: '52.109.32.27, *.office.net, udp/3478 or https://host/; several separated by commas or lines',
      },
      cloud: CLOUD,
    },
    required: ['what'],
    async run(input, workspace) {
      const { engine } = await workspace.read([], optionsOf(input));
      const finder = await engine.finder();
      const questions = questionsIn(text(input, 'what') ?? '');
      const [first = '', ...others] = questions;
      if (others.length === 0) return foundOf(finder(first));
      return { results: questions.map((query) => ({ query, ...foundOf(finder(query)) })) };
    },
  },
  {
    name: 'propose_fix',
    title: 'Propose proved fixes as a patch',
    description: `Returns a unified diff of the edits that are proved: what they are for is met then, no other verdict is worse and nothing else is permitted. Nothing is written: show the patch to the user. What has no proved edit is listed as left. ${UNDECIDED}`,
    properties: COMMON,
    required: [],
    async run(input, workspace) {
      const { engine, unread } = await workspace.read(pathsOf(input), optionsOf(input));
      const { requirements, files } = await engine.fix();
      const patches = await Promise.all(files.map((file) => patchOf(file, workspace)));
      const left = (await engine.check()).files;
      const refused = patches.flatMap((patch) => ('refusal' in patch ? [patch.refusal] : []));
      return {
        patch: patches.map((patch) => ('patch' in patch ? patch.patch : '')).join(''),
        met: requirements,
        left: left.map(withoutVerdicts).filter(({ findings }) => findings.length > 0),
        questions: questionsOf(left),
        unread: [...unread, ...refused],
      };
    },
  },
];

/** The JSON Schema of the arguments of a tool. */
export function inputSchemaOf({ properties, required }: Tool) {
  return { type: 'object' as const, properties, required, additionalProperties: false };
}

/** Runs a tool. Throws an {@link InputError} where there is none of that name, or its arguments make no sense. */
export async function runTool(name: string, input: Input, workspace: Workspace): Promise<object> {
  const tool = TOOLS.find((one) => one.name === name);
  if (!tool) throw new InputError(`no tool ${name}; known are ${TOOLS.map((one) => one.name).join(', ')}`);
  for (const key of Object.keys(input))
    if (!(key in tool.properties)) throw new InputError(`${name} has no argument ${key}`);
  for (const key of tool.required) if (input[key] === undefined) throw new InputError(`${name} needs ${key}`);
  return tool.run(input, workspace);
}

/** What documents list of one question, and what they do not. */
function foundOf({ listings, former, nearest, unlisted, isPrivate }: Found) {
  return {
    listings: listings.map(listingOf),
    former,
    nearest: nearest.map(({ requirement, ...near }) => ({ ...near, requirement: requirement.id })),
    unlisted: unlisted?.toPrefixes() ?? [],
    isPrivate,
  };
}

function withoutVerdicts({ path, dialect, findings }: CheckedFile) {
  return { path, dialect, findings };
}

/** What only the people who run the network know. */
function questionsOf(files: readonly CheckedFile[]) {
  return files.flatMap(({ path, verdicts }) =>
    verdicts
      .filter(({ status }) => status === 'undecided')
      .map(({ requirement, title, reason }: Verdict) => ({
        path,
        requirement,
        question: `${title}: ${dependsOn(reason)}`,
      })),
  );
}

function dependsOn(reason: string | undefined): string {
  return `this cannot be decided from the files: ${reason ?? 'it depends on the environment'}. What is true in this network?`;
}

/** A patch that `git apply` takes; a file in another encoding than UTF-8 cannot be patched with a text. */
async function patchOf(
  { uri, before, after }: Fixed,
  workspace: Workspace,
): Promise<{ readonly patch: string } | { readonly refusal: string }> {
  const path = workspace.pathOf(uri);
  const stored = await workspace.storedAs(uri, before);
  if (!stored) return { refusal: `${path}: changed while it was being fixed` };
  if (stored.encoding !== 'utf-8')
    return { refusal: `${path}: has a proved fix, but is stored as ${stored.encoding}; run lintel fix` };
  const [old, fixed] = [before, after].map((one) =>
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(encodeText(one, stored)),
  );
  return { patch: createTwoFilesPatch(`a/${path}`, `b/${path}`, old ?? '', fixed ?? '', '', '') };
}

function questionFrom(input: Input): Question {
  const [path = '', flow, url] = [text(input, 'path'), text(input, 'flow'), text(input, 'url')];
  if ((flow === undefined) === (url === undefined)) throw new InputError('explain needs either flow or url');
  const given = (...names: string[]) =>
    Object.fromEntries(names.flatMap((name) => (input[name] === undefined ? [] : [[name, text(input, name)]])));
  if (url !== undefined) return { path, url, ...given('client', 'user') };
  const hook = text(input, 'hook');
  if (hook !== undefined && hook !== 'forward' && hook !== 'input' && hook !== 'output')
    throw new InputError('hook must be forward, input or output');
  return { path, flow: flow ?? '', ...(hook ? { hook } : {}), ...given('inInterface', 'outInterface', 'point') };
}

function pathsOf(input: Input): readonly string[] {
  const paths = texts(input, 'paths') ?? [];
  return paths.length > 0 ? paths : ['.'];
}

function optionsOf(input: Input): Options {
  const require = texts(input, 'require');
  const cloud = text(input, 'cloud');
  // The engine refuses a cloud that there is not.
  return { ...(require ? { require } : {}), ...(cloud === undefined ? {} : { cloud: cloud as Cloud }) };
}

function text(input: Input, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new InputError(`${name} must be a text`);
}

function texts(input: Input, name: string): readonly string[] | undefined {
  const value = input[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw new InputError(`${name} must be a list of texts`);
}
