import { type Explanation, explain, type ServerExplanation } from '../../analysis/explain.js';
import { explainPolicy, type PolicyExplanation } from '../../analysis/explain-policy.js';
import type { Catalog } from '../../catalog/catalog.js';
import { HostSet } from '../../model/hosts.js';
import { IpSet, parseAddress } from '../../model/ip.js';
import type { PolicyModel } from '../../model/model.js';
import type { ProxyModel, ProxyRequest, Statement } from '../../model/proxy.js';
import type { Session } from '../session.js';
import { type Answer, type Ask, decisionJson, decisionText, placedText } from './answer.js';

/** Who asks a proxy. */
export interface Asker {
  readonly clients: IpSet;
  /** The name that they are logged in with. */
  readonly user: string | undefined;
}

/** Answers questions about URLs. */
export function askForUrls(model: ProxyModel | PolicyModel, asker: Asker, catalog: Catalog, session: Session): Ask {
  return (question) => {
    const request = requestFor(question, asker, catalog);
    if (!request) return `not an http: or https: URL: ${question}`;
    if (model.kind === 'policy') return policyAnswer(explainPolicy(model, request), session);
    return answerOf(explain(model, request), session);
  };
}

/** The request that a URL stands for; `undefined` where it is none that a proxy is asked. */
function requestFor(text: string, { clients, user }: Asker, catalog: Catalog): ProxyRequest | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const scheme = url.protocol === 'http:' ? 'http' : url.protocol === 'https:' ? 'https' : undefined;
  if (!scheme) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return {
    scheme,
    port: url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port),
    hosts: HostSet.exact(host),
    addresses: addressesOf(host, catalog),
    clients,
    user: user === undefined ? 'none' : { name: user },
    path: url.pathname + url.search,
  };
}

/** The host itself where it is an address; otherwise the addresses that the catalog documents for it. */
function addressesOf(host: string, catalog: Catalog): IpSet | undefined {
  if (parseAddress(host)) return IpSet.parse(host);
  const prefixes = catalog.servedBy({ host }).flatMap(({ flow }) => flow.to.prefixes ?? []);
  return prefixes.length > 0 ? IpSet.parse(...prefixes) : undefined;
}

function answerOf(explanation: Explanation, session: Session): Answer {
  // Only what is undecided needs a reason beside its trace.
  const reason = explanation.reason === undefined ? {} : { reason: explanation.reason };
  const decision = { ...decisionJson(explanation, session), ...reason };
  const decided = decisionText(explanation, session);
  const { verdict } = explanation;
  switch (explanation.kind) {
    case 'selection': {
      const { result } = explanation;
      return {
        json: { verdict, result: result ?? null, ...decision },
        text: [`verdict: ${verdict}`, ...(result === undefined ? [] : [`result: ${result}`]), ...decided],
      };
    }
    case 'server': {
      const { tls, route, tlsDecidedBy, routeDecidedBy } = explanation;
      const by = (statement: Statement | undefined) => (statement ? ` (${placedText(statement, session)})` : '');
      return {
        json: { verdict, tls, route, ...decision },
        text: [
          `verdict: ${verdict}`,
          `TLS: ${tls}${by(tlsDecidedBy)}`,
          `route: ${route}${by(routeDecidedBy)}`,
          ...decided,
        ],
      };
    }
  }
}

/** What each part says, the first that the file has as the verdict; a message where it has none. */
function policyAnswer({ way, proxy, firewall }: PolicyExplanation, session: Session): Answer | string {
  const first = way ?? proxy ?? firewall;
  if (!first) return 'the policy says nothing about URLs';
  const by = (statement: Statement | undefined) => (statement ? ` (${placedText(statement, session)})` : '');
  const why = ({ reason }: ServerExplanation) => (reason === undefined ? [] : [`  ${reason}`]);
  const told = answerOf(first, session);
  const text = [...told.text];
  if (proxy && proxy !== first) {
    text.push(`proxy: ${proxy.verdict}${by(proxy.decidedBy)}`, ...why(proxy));
    text.push(`TLS: ${proxy.tls}${by(proxy.tlsDecidedBy)}`);
  }
  if (firewall && firewall !== first)
    text.push(`firewall: ${firewall.verdict}${by(firewall.decidedBy)}`, ...why(firewall));
  return {
    json: {
      ...told.json,
      ...(proxy ? { proxy: proxy.verdict, tls: proxy.tls } : {}),
      ...(firewall ? { firewall: firewall.verdict } : {}),
    },
    text,
  };
}
