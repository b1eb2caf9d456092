import type { FilterModel } from './filter.js';
import type { ProxyModel } from './proxy.js';

/** What a file means, in one of the forms that all dialects of a kind share. */
export type Model = ProxyModel | FilterModel;
