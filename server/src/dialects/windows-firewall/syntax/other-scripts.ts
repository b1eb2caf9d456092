// Commands that run another script, which is not read with this one.

import type { TextRange } from '../../../text/range.js';
import type { ScriptProblem } from './script.js';

/** `call other.bat`, `. .\lib.ps1`, `& "$PSScriptRoot\rules.ps1"`, `powershell -ExecutionPolicy Bypass -File rules.ps1`. */
const RUNS =
  /^\s*(?:(?:call|[&.]|(?:\S*\\)?(?:cmd(?:\.exe)?\s+\/[ck]|(?:powershell|pwsh)(?:\.exe)?(?:\s+-\w+(?:\s+[^\s-]\S*)?){0,8}?\s+-f(?:ile)?))\s+)?(?:"([^"\n]+\.(?:ps1|bat|cmd))"|'([^'\n]+\.(?:ps1|bat|cmd))'|([^\s"'|&;<>()]+\.(?:ps1|bat|cmd)))(?=\s|$)/i;

/** How much of a command is looked at, in UTF-16 code units. */
const WINDOW = 500;

/** That a command runs another script, whose rules no verdict counts; nothing for other commands. */
export function scriptsRun(text: string, { start, end }: TextRange): readonly ScriptProblem[] {
  const [, double, single, bare] = RUNS.exec(text.slice(start, Math.min(end, start + WINDOW))) ?? [];
  const path = double ?? single ?? bare;
  if (path === undefined) return [];
  const message = `'${path}' is another script: what it changes is in no verdict on this one`;
  return [{ code: 'unmodelled-statement', range: { start, end }, message }];
}
