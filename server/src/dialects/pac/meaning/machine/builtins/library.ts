// The built-in functions that call functions of the program, in JavaScript: the machine runs them like the program itself.

/** What the library has for each holder, with the numbers of parameters that ECMA-262 gives. */
export const LIBRARY_FUNCTIONS = {
  arrayPrototype: {
    forEach: 1,
    map: 1,
    filter: 1,
    some: 1,
    every: 1,
    find: 1,
    findIndex: 1,
    findLast: 1,
    findLastIndex: 1,
    reduce: 1,
    reduceRight: 1,
    flatMap: 1,
    sort: 1,
    toSorted: 1,
  },
  stringPrototype: { replace: 2, replaceAll: 2 },
  array: { from: 1 },
  mapPrototype: { forEach: 1 },
  setPrototype: { forEach: 1 },
} as const;

/**
 * An expression of a function. Its argument `$` has the native functions that it stands on, so that nothing that the program changes
 * has an effect on it; its result has the functions by their holders.
 */
export const LIBRARY = `
(function ($) {
  'use strict';

  function callable(callback, receiver) {
    if (typeof callback !== 'function') throw $.typeError($.describe(callback) + ' is not a function');
    return receiver === undefined ? callback : $.bind(callback, receiver);
  }

  function merge(from, middle, end, source, target, isAfter) {
    var left = from;
    var right = middle;
    for (var i = from; i < end; i++) {
      if (left < middle && (right >= end || !(isAfter(source[left], source[right]) > 0))) target[i] = source[left++];
      else target[i] = source[right++];
    }
  }

  function mergeSort(items, isAfter) {
    var count = items.length;
    var source = items;
    var target = $.copy(items);
    for (var width = 1; width < count; width *= 2) {
      for (var from = 0; from < count; from += 2 * width) {
        merge(from, $.least(from + width, count), $.least(from + 2 * width, count), source, target, isAfter);
      }
      var next = source;
      source = target;
      target = next;
    }
    return source;
  }

  // As V8 sorts short lists, also with a comparator that contradicts itself.
  function insertionSort(items, compare) {
    var count = items.length;
    var run = 2;
    var isDescending = compare(items[1], items[0]) < 0 ? true : false;
    while (run < count && (compare(items[run], items[run - 1]) < 0 ? true : false) === isDescending) run++;
    if (isDescending) $.reverse(items, run);
    for (; run < count; run++) {
      var item = items[run];
      var left = 0;
      var right = run;
      while (left < right) {
        var middle = left + ((right - left) >> 1);
        if (compare(item, items[middle]) < 0) right = middle;
        else left = middle + 1;
      }
      for (var at = run; at > left; at--) items[at] = items[at - 1];
      items[left] = item;
    }
    return items;
  }

  function sortedBy(items, compare) {
    if (items.length < 2) return items;
    return items.length < 64 ? insertionSort(items, compare) : mergeSort(items, compare);
  }

  function checkComparator(comparator) {
    if (comparator !== undefined && typeof comparator !== 'function')
      throw $.typeError('The comparison function must be either a function or undefined');
  }

  function find(list, predicate, receiver, from, to, step) {
    var isWanted = callable(predicate, receiver);
    for (var i = from; i !== to; i += step) if (isWanted(list[i], i, list)) return i;
    return -1;
  }

  function reduce(list, args, from, to, step) {
    var combine = callable(args[0]);
    var i = from;
    var result;
    if (args.length > 1) result = args[1];
    else {
      while (i !== to && !(i in list)) i += step;
      if (i === to) throw $.typeError('Reduce of empty array with no initial value');
      result = list[i];
      i += step;
    }
    for (; i !== to; i += step) if (i in list) result = combine(result, list[i], i, list);
    return result;
  }

  var arrayPrototype = {
    forEach(callback, receiver = undefined) {
      var list = $.toObject(this);
      var length = $.lengthOf(list);
      var call = callable(callback, receiver);
      for (var i = 0; i < length; i++) if (i in list) call(list[i], i, list);
    },
    map(callback, receiver = undefined) {
      var list = $.toObject(this);
      var length = $.lengthOf(list);
      var call = callable(callback, receiver);
      var result = $.holes(length);
      for (var i = 0; i < length; i++) if (i in list) result[i] = call(list[i], i, list);
      return result;
    },
    filter(callback, receiver = undefined) {
      var list = $.toObject(this);
      var length = $.lengthOf(list);
      var call = callable(callback, receiver);
      var result = [];
      for (var i = 0; i < length; i++) {
        if (i in list) {
          var item = list[i];
          if (call(item, i, list)) result[result.length] = item;
        }
      }
      return result;
    },
    some(callback, receiver = undefined) {
      var list = $.toObject(this);
      var length = $.lengthOf(list);
      var call = callable(callback, receiver);
      for (var i = 0; i < length; i++) if (i in list && call(list[i], i, list)) return true;
      return false;
    },
    every(callback, receiver = undefined) {
      var list = $.toObject(this);
      var length = $.lengthOf(list);
      var call = callable(callback, receiver);
      for (var i = 0; i < length; i++) if (i in list && !call(list[i], i, list)) return false;
      return true;
    },
    find(predicate, receiver = undefined) {
      var list = $.toObject(this);
      var length = $.lengthOf(list);
      var isWanted = callable(predicate, receiver);
      for (var i = 0; i < length; i++) {
        var item = list[i];
        if (isWanted(item, i, list)) return item;
      }
    },
    findIndex(predicate, receiver = undefined) {
      var list = $.toObject(this);
      return find(list, predicate, receiver, 0, $.lengthOf(list), 1);
    },
    findLast(predicate, receiver = undefined) {
      var list = $.toObject(this);
      var isWanted = callable(predicate, receiver);
      for (var i = $.lengthOf(list) - 1; i >= 0; i--) {
        var item = list[i];
        if (isWanted(item, i, list)) return item;
      }
    },
    findLastIndex(predicate, receiver = undefined) {
      var list = $.toObject(this);
      return find(list, predicate, receiver, $.lengthOf(list) - 1, -1, -1);
    },
    reduce(callback) {
      var list = $.toObject(this);
      return reduce(list, arguments, 0, $.lengthOf(list), 1);
    },
    reduceRight(callback) {
      var list = $.toObject(this);
      return reduce(list, arguments, $.lengthOf(list) - 1, -1, -1);
    },
    flatMap(callback, receiver = undefined) {
      var list = $.toObject(this);
      var length = $.lengthOf(list);
      var call = callable(callback, receiver);
      var result = [];
      for (var i = 0; i < length; i++) {
        if (!(i in list)) continue;
        var item = call(list[i], i, list);
        if (!$.isArray(item)) result[result.length] = item;
        else for (var k = 0; k < item.length; k++) if (k in item) result[result.length] = item[k];
      }
      return result;
    },
    sort(comparator) {
      checkComparator(comparator);
      var list = $.toObject(this);
      var length = $.lengthOf(list);
      var values = [];
      var absent = 0;
      for (var i = 0; i < length; i++) {
        if (!(i in list)) continue;
        var item = list[i];
        if (item === undefined) absent++;
        else values[values.length] = item;
      }
      values = comparator === undefined ? $.sorted(values) : sortedBy(values, comparator);
      for (var k = 0; k < values.length; k++) list[k] = values[k];
      for (; absent > 0; absent--) list[k++] = undefined;
      for (; k < length; k++) if (k in list) delete list[k];
      return list;
    },
    toSorted(comparator) {
      checkComparator(comparator);
      var copy = $.listFrom($.toObject(this));
      return $.apply(arrayPrototype.sort, copy, [comparator]);
    },
  };

  var stringPrototype = {
    replace(pattern, replacement) {
      return replaced(this, pattern, replacement, false);
    },
    replaceAll(pattern, replacement) {
      return replaced(this, pattern, replacement, true);
    },
  };

  function replaced(receiver, pattern, replacement, all) {
    if (typeof replacement !== 'function') return $.replace(receiver, pattern, replacement, all);
    var text = $.receiver(receiver, all);
    var what = $.what(pattern, all);
    // Where nothing is found, the function is not called.
    if (!$.found(text, what)) return text;
    return $.known(text, what) ? replacedAll(text, what, replacement, all) : replacedOnce(text, what, replacement, all);
  }

  function replacedAll(text, pattern, replacement, all) {
    var matches = $.matches(text, pattern, all);
    var parts = [];
    var at = 0;
    for (var i = 0; i < matches.length; i++) {
      var match = matches[i];
      parts[parts.length] = $.slice(text, at, match.at);
      parts[parts.length] = $.text($.apply(replacement, undefined, match.arguments));
      at = match.at + match.length;
    }
    parts[parts.length] = $.slice(text, at, text.length);
    return $.joined(parts, '');
  }

  function replacedOnce(text, pattern, replacement, all) {
    var match = $.match(text, pattern, all);
    var groups = match.groups;
    var args = $.copy(match);
    args[args.length] = match.index;
    args[args.length] = text;
    if (groups !== undefined) args[args.length] = groups;
    var by = $.text($.apply(replacement, undefined, args));
    return $.slice(text, 0, match.index) + by + $.slice(text, match.index + match[0].length, text.length);
  }

  function mapped(call, items) {
    var result = [];
    var index = 0;
    for (; index < items.length; index++) result[index] = call(items[index], index);
    return result;
  }

  return {
    arrayPrototype: arrayPrototype,
    stringPrototype: stringPrototype,
    array: {
      from(items, mapper = undefined, receiver = undefined) {
        var call = mapper === undefined ? undefined : callable(mapper, receiver);
        var list = $.listFrom(items);
        return call ? mapped(call, list) : list;
      },
    },
    mapPrototype: {
      forEach(callback, receiver = undefined) {
        var call = callable(callback, receiver);
        for (var entry of $.steps(this, 'Map')) call(entry[1], entry[0], this);
      },
    },
    setPrototype: {
      forEach(callback, receiver = undefined) {
        var call = callable(callback, receiver);
        for (var item of $.steps(this, 'Set')) call(item, item, this);
      },
    },
  };
})
`;
