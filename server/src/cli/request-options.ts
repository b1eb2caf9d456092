// The options that say what files are checked against.

import { DEFAULT_SELECTORS } from '../catalog/catalog.js';
import { CLOUDS, type Cloud } from '../catalog/requirement.js';
import type { CheckRequest } from '../service/checks.js';
import type { Arguments, Option } from './command.js';

export const REQUIRE_OPTION: Option = {
  name: 'require',
  value: 'SEL',
  repeatable: true,
  help: `Requirements to check: an id with *, or tags joined by +. Repeatable. Default: what lintel.yaml requires, otherwise ${DEFAULT_SELECTORS.join(', ')}.`,
};

export const CLOUD_OPTION: Option = {
  name: 'cloud',
  value: 'CLOUD',
  choices: CLOUDS,
  help: `The Microsoft cloud, unless lintel.yaml names one: ${CLOUDS.join(', ')}. Default: ${CLOUDS[0]}.`,
};

/** What a command line asks of files. */
export function requestOf(args: Arguments, cloud = cloudOf(args)): CheckRequest {
  const forced = args.list('require');
  return { ...(forced ? { forced } : {}), require: DEFAULT_SELECTORS, severity: {}, cloud };
}

/** The cloud that a command line names. */
export function cloudOf(args: Arguments): Cloud {
  return args.choice('cloud', CLOUDS);
}
