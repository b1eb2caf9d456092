// Questions about some files, asked of a service that has read them: what the library and the tools of agents have in common.

import { type Catalog, DEFAULT_SELECTORS } from '../catalog/catalog.js';
import { type Found, findEndpoint } from '../catalog/find.js';
import { CLOUDS } from '../catalog/requirement.js';
import { parseSought } from '../catalog/sought.js';
import { unknownEverywhere } from '../catalog/unknown-selectors.js';
import { detectLanguage, isConfiguration, languageById } from '../configuration/languages.js';
import { LINTEL_FILE_NAMES } from '../configuration/lintel-config.js';
import type { Language } from '../dialects/dialect.js';
import { checkTogether } from '../service/checked-files.js';
import type { CheckRequest } from '../service/checks.js';
import { ANYONE, type Client, clientOf, type Explainer } from '../service/explain/answer.js';
import type { FileAccess } from '../service/files/file-access.js';
import { inFolder, pathOf } from '../service/files/uris.js';
import { LanguageService } from '../service/language-service.js';
import type { NetworkPlan } from '../service/plan.js';
import { applyEdits } from '../text/edit.js';
import { InputError } from './input-error.js';
import { type Fixed, Results } from './results.js';
import type { CheckResult, Explanation, Options, Question } from './types.js';

/** What an engine works on. */
export interface EngineFiles {
  readonly access: FileAccess;
  /** The folders that includes may reach into, and that a workspace file is looked for in. */
  readonly folders: readonly string[];
  /** How a file is called in results and messages. */
  readonly pathOf: (uri: string) => string;
}

/** Checks, explains and fixes the files that are added to it. */
export class Engine {
  private readonly service: LanguageService;
  readonly results: Results;
  private readonly request: CheckRequest;
  private readonly dialects = new Map<string, Language>();
  private readonly unrecognised: string[] = [];

  constructor(
    private readonly files: EngineFiles,
    { require, cloud = CLOUDS[0] }: Options,
  ) {
    if (!CLOUDS.includes(cloud)) throw new InputError(`no cloud ${cloud}; known are ${CLOUDS.join(', ')}`);
    this.service = new LanguageService(files.access);
    this.service.setFolders(files.folders);
    this.results = new Results(this.service, files.pathOf);
    this.request = { ...(require ? { forced: require } : {}), require: DEFAULT_SELECTORS, severity: {}, cloud };
  }

  /** Adds a file to the ones that are asked about, in the language that it seems to be in. */
  async add(uri: string, text: string, forced?: string): Promise<void> {
    const named = forced === undefined ? undefined : languageById(forced);
    if (forced !== undefined && !named) throw new InputError(`${this.files.pathOf(uri)}: no dialect "${forced}"`);
    const dialect = named ?? (await this.languageOf(uri, text));
    if (!dialect) {
      this.unrecognised.push(this.files.pathOf(uri));
      return;
    }
    this.dialects.set(uri, dialect);
    this.service.put(uri, dialect, text, named !== undefined);
  }

  /** The language that the workspace file says a file is written in, or that it seems to be in. */
  async languageOf(uri: string, text: string): Promise<Language | undefined> {
    return (await this.service.declaredDialect(uri)) ?? detectLanguage(pathOf(uri), text);
  }

  async check(): Promise<CheckResult> {
    await this.prepare();
    const checked = await checkTogether([...this.dialects.keys()], (uri) => this.service.examine(uri, this.request));
    return { files: checked.map((file) => this.results.file(file)), unrecognised: this.unrecognised };
  }

  async explain(uri: string, question: Question): Promise<Explanation> {
    const path = this.files.pathOf(uri);
    const client = 'url' in question ? clientFrom(question.client, question.user) : ANYONE;
    const ask = (explainer: Explainer) => {
      const kind = 'url' in question ? 'url' : 'flow';
      if (!explainer.kinds.includes(kind))
        throw new InputError(
          `${path} answers questions about a ${explainer.kinds.join(' or a ')}, not about a ${kind}`,
        );
      if ('url' in question) return explainer.url(question.url, client);
      const { flow, path: _, ...way } = question;
      return explainer.flow(flow, way);
    };
    const dialect = this.dialects.get(uri);
    if (dialect && isConfiguration(dialect)) throw new InputError(`${path} configures Lintel and decides no traffic`);
    const answer = dialect ? await this.service.askExplainer(uri, this.request, ask) : undefined;
    if (!answer) throw new InputError(`${path}: not recognised as any dialect`);
    if (answer.kind === 'invalid') throw new InputError(answer.message);
    return this.results.explanation(answer);
  }

  /**
   * Every proved fix of the files. Later files may include earlier ones, so that each is applied before the next is looked for.
   * @returns the requirements that they serve, and the files that change
   */
  async fix(): Promise<{ readonly requirements: readonly string[]; readonly files: readonly Fixed[] }> {
    await this.prepare();
    const requirements = new Set<string>();
    const before = new Map<string, string>();
    for (const uri of [...this.dialects.keys()]) {
      const proved = await this.service.fixAll(uri, this.request);
      if (!proved) continue;
      for (const id of proved.requirements) requirements.add(id);
      for (const changed of new Set(proved.edits.map((edit) => edit.uri))) {
        const text = this.service.textOf(changed) ?? '';
        if (!before.has(changed)) before.set(changed, text);
        const own = proved.edits.filter((edit) => edit.uri === changed);
        this.service.put(changed, this.dialects.get(changed), applyEdits(text, own));
      }
    }
    const files = [...before].map(([uri, text]) => ({ uri, before: text, after: this.service.textOf(uri) ?? text }));
    return { requirements: [...requirements], files: files.filter((one) => one.before !== one.after) };
  }

  plan(): Promise<NetworkPlan> {
    return this.service.plan(this.anyFile, this.request);
  }

  /** The catalog of the workspace file nearest to the first folder. */
  async catalog(): Promise<Catalog> {
    return (await this.service.configurationFor(this.anyFile)).catalogFor(this.request.cloud);
  }

  /** Finds which documents list something, in the catalogs of all clouds, the own one first. */
  async finder(): Promise<(what: string) => Found> {
    const catalogs = (await this.service.configurationFor(this.anyFile)).catalogsFrom(this.request.cloud);
    return (what) => {
      const sought = parseSought(what);
      if (!sought) throw new InputError(`"${what}" is no host, address, prefix, port or URL`);
      return findEndpoint(sought, catalogs);
    };
  }

  /** A file that need not exist, in the folder whose workspace file speaks of no file in particular. */
  private get anyFile(): string {
    return inFolder(this.files.folders[0] ?? '', LINTEL_FILE_NAMES[0]);
  }

  /** Adds the workspace files that apply. Throws an {@link InputError} for a selector that matches nothing in all of their catalogs. */
  private async prepare(): Promise<void> {
    const uris = this.dialects.size > 0 ? [...this.dialects.keys()] : [this.anyFile];
    const configurations = new Set(await Promise.all(uris.map((uri) => this.service.configurationFor(uri))));
    const catalogs = [...configurations].map((configuration) => configuration.catalogFor(this.request.cloud));
    const unknown = unknownEverywhere(catalogs, this.request.forced ?? []);
    if (unknown !== undefined) throw new InputError(unknown);
    for (const { uri } of configurations) {
      const text = this.service.textOf(uri);
      if (text !== undefined && !this.dialects.has(uri)) await this.add(uri, text);
    }
  }
}

function clientFrom(address: string | undefined, user: string | undefined): Client {
  const client = clientOf(address, user);
  if (!client) throw new InputError(`"${address}" is no IPv4 or IPv6 address`);
  return client;
}
