// What people are told of files that are not looked at.

import type { CheckFilesResult } from '../../shared/protocol.js';

/** One sentence for each reason. */
export function leftOutTexts(
  { ignored, tooLarge, beyondLimit }: CheckFilesResult['leftOut'],
  isCut: boolean,
): string[] {
  return [
    ...(tooLarge > 0 ? [`${files(tooLarge)} left out as larger than lintel.maxFileSize.`] : []),
    ...(ignored > 0 ? [`${files(ignored)} left out as hidden or ignored by .gitignore or .lintelignore.`] : []),
    ...(beyondLimit > 0 ? [beyondLimitText(beyondLimit)] : []),
    ...(isCut ? ['There are so many files that not all were looked for: exclude folders with files.exclude.'] : []),
  ];
}

export function beyondLimitText(count: number): string {
  return `${files(count)} left out: the folder has more than are read at once. Exclude some with files.exclude or .lintelignore.`;
}

export function files(count: number): string {
  return count === 1 ? '1 file' : `${count} files`;
}
