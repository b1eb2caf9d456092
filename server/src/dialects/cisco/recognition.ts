// How Cisco configurations are recognised, without the code that reads them.
import type { Recognition } from '../dialect.js';
import { detectCisco } from './detect.js';

export const recognition: Recognition = {
  id: 'cisco',
  title: 'Cisco access lists',
  lineComment: () => '!',
  detect: detectCisco,
};
