// What a packet filter says about the networks around it in one branch of a template and not in another.
import { filledIn } from '../dialects/shared/open-values.js';
import type { FilterModel, FilterPoint, OtherNetworks } from '../model/filter.js';
import type { Template } from './alternatives.js';
import { networksOf } from './open-points.js';
import { type Chooser, type Rendering, render } from './rendering.js';

/** How many conditions are turned over one by one. */
const TURNED_LIMIT = 12;

/** A filter that a template may become, and the variable that makes its networks differ from those of others. */
interface Variant {
  readonly name: string;
  readonly model: FilterModel;
}

/**
 * The filter of a template with the networks that each of its branches puts around it; the same where no branch does.
 *
 * @param base the first rendering as it was read
 * @param read reads a rendering; `undefined` where no more may be read
 */
export function withBranchNetworks(
  filter: FilterModel,
  base: FilterModel,
  template: Template,
  read: (rendering: Rendering) => FilterModel | undefined,
): FilterModel {
  const variants = variantsOf(template, base, read);
  if (variants.length === 0) return filter;
  const isOpen = (point: FilterPoint) =>
    !point.surroundings && base.points.some((own) => isSamePoint(own, point) && own.surroundings);
  const otherNetworks = variants.map(
    ({ name, model }): OtherNetworks => ({
      reason: `it depends on ${filledIn(name)}`,
      points: filter.points.map((point) => (isOpen(point) ? point : withNetworksIn(model, point))),
    }),
  );
  return { ...filter, otherNetworks };
}

function variantsOf(
  { text, tree, scope }: Template,
  base: FilterModel,
  read: (rendering: Rendering) => FilterModel | undefined,
): Variant[] {
  const rendered = (choose: Chooser) => render(text, tree, scope, choose);
  const [firsts, lasts] = [rendered(() => 0), rendered((_key, _tag, count) => count - 1)];
  const conditions = [...new Map([...firsts.asked, ...lasts.asked])].slice(0, TURNED_LIMIT);
  if (conditions.length === 0) return [];
  const [first, last] = [read(firsts), read(lasts)];
  if (![base, first, last].some((model) => model?.points.some((point) => networksOf(point) !== ''))) return [];
  const found = new Map<string, Variant>();
  const compare = (one: FilterModel | undefined, other: FilterModel | undefined, name: string): void => {
    if (!one || !other || allNetworksOf(one) === allNetworksOf(other)) return;
    for (const model of [one, other])
      if (!found.has(allNetworksOf(model))) found.set(allNetworksOf(model), { name, model });
  };
  for (const [turned, { count, step }] of conditions) {
    for (let option = 1; option < Math.min(count, TURNED_LIMIT); option++)
      compare(first, read(rendered((key) => (key === turned ? option : 0))), step.depends);
    compare(last, read(rendered((key, _tag, options) => (key === turned ? 0 : options - 1))), step.depends);
  }
  // Of more conditions, and of those that matter together.
  compare(first, last, conditions[0]?.[1].step.depends ?? '');
  return [...found.values()];
}

function allNetworksOf({ points }: FilterModel): string {
  return JSON.stringify(points.map((point) => [point.hook, point.name, networksOf(point)]));
}

function withNetworksIn({ points }: FilterModel, point: FilterPoint): FilterPoint {
  const { surroundings: _, ...own } = point;
  const other = points.find((one) => isSamePoint(one, point));
  return other?.surroundings ? { ...own, surroundings: other.surroundings } : own;
}

function isSamePoint(one: FilterPoint, other: FilterPoint): boolean {
  return one.hook === other.hook && one.name === other.name;
}
