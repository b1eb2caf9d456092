// The tree of a script in either language.

import type { BatchScript } from './batch/tree.js';
import type { PowerShellScript } from './powershell/tree.js';

export type Tree = PowerShellScript | BatchScript;
