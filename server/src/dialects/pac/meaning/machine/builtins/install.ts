// Everything that a program finds before it runs, apart from the helper functions of PAC files.
import type { Realm } from '../realm.js';
import { installArray } from './array.js';
import { installCollections } from './collections.js';
import { installDate } from './date.js';
import { installErrors } from './errors.js';
import { installFunction, installReflect } from './function.js';
import { installGlobals } from './globals.js';
import { installIterators } from './iterators.js';
import { installJson } from './json.js';
import { installMath } from './math.js';
import { installBoolean, installNumber } from './number.js';
import { installObject } from './object.js';
import { installRegExp } from './regexp.js';
import { installSearching } from './replace.js';
import { installString } from './string.js';

/**
 * Adds the objects of the language to a realm. What takes functions of the program
 * is added by the library, which the machine runs first (see library.ts).
 */
export function installBuiltins(realm: Realm): void {
  installObject(realm);
  installFunction(realm);
  installArray(realm);
  installString(realm);
  installSearching(realm);
  installNumber(realm);
  installBoolean(realm);
  installMath(realm);
  installRegExp(realm);
  installDate(realm);
  installErrors(realm);
  installJson(realm);
  installCollections(realm);
  installIterators(realm);
  installReflect(realm);
  installGlobals(realm);
}
