// Reports acls that need another directive: a login scheme, a helper, an adaptation service.

import type { Problem } from '../../dialect.js';
import { isBefore, linesOf, locationOf, type Program } from '../program/program.js';

/** An acl on users needs a scheme that is fully configured before it (`ACLProxyAuth::valid`). */
export function loginProblems(program: Program): Problem[] {
  if (program.configuration.gaps.length > 0) return [];
  const configured = linesOf(program, 'auth_param').find(({ line }) => line.statement.arguments[1]?.text === 'program');
  return LOGIN_TYPES.flatMap((type) => program.acls.ofType(type)).flatMap(({ lines: [first] }) => {
    if (!first || (configured && isBefore(configured, first))) return [];
    const location = locationOf(program, first, first.line.statement.typeToken);
    const message = "squid rejects an acl on users without an 'auth_param … program' before it";
    return [{ ...location, code: 'syntax-error' as const, message }];
  });
}

const LOGIN_TYPES = ['proxy_auth', 'proxy_auth_regex'];

/** The helper of an acl of type external has to be defined before it. */
export function helperProblems(program: Program): Problem[] {
  if (program.configuration.gaps.length > 0) return [];
  const definitions = linesOf(program, 'external_acl_type');
  return program.acls.ofType('external').flatMap(({ lines }) =>
    lines.flatMap((placed) => {
      const [helper] = placed.line.statement.values;
      if (!helper) return [];
      const defined = definitions.some(
        (definition) => definition.line.statement.arguments[0]?.text === helper.text && isBefore(definition, placed),
      );
      if (defined) return [];
      const message = `the external_acl_type '${helper.text}' is not defined before this line`;
      return [{ ...locationOf(program, placed, helper), code: 'undefined-name' as const, message }];
    }),
  );
}

const ADAPTATION_SERVICES = ['icap_service', 'ecap_service', 'adaptation_service_set', 'adaptation_service_chain'];

/** The services that an acl of type adaptation_service names have to be defined. */
export function adaptationProblems(program: Program): Problem[] {
  if (program.configuration.gaps.length > 0) return [];
  const services = new Set(
    ADAPTATION_SERVICES.flatMap((directive) => linesOf(program, directive)).map(
      ({ line }) => line.statement.arguments[0]?.text,
    ),
  );
  return program.acls.ofType('adaptation_service').flatMap(({ lines }) =>
    lines.flatMap((placed) =>
      placed.line.statement.values
        .filter(({ text }) => !services.has(text))
        .map((token) => ({
          ...locationOf(program, placed, token),
          code: 'undefined-name' as const,
          message: `the adaptation service '${token.text}' is not defined`,
        })),
    ),
  );
}
