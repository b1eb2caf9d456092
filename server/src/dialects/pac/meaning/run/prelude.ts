/**
 * The global environment of a PAC file in the sandbox: the helper functions, with the behaviour of browsers (Chromium's
 * services/proxy_resolver and Firefox's netwerk/base/ProxyAutoConfig.cpp agree on all that is here), Microsoft's `…Ex`
 * functions (WinHTTP, "IPv6 Extensions to Navigator Auto-Config File Format"), and bounds on built-in functions that
 * could otherwise run for minutes without an interrupt. The text runs inside QuickJS, never here.
 *
 * Names that begin with `$` serve the instrumented program (see instrument.ts):
 * `$decided` is the number of the statement that decided, `$asked` the number of the call that queries the environment.
 */
export const PRELUDE = String.raw`
'use strict';
(function (global) {
  var oracle = global.$oracle;
  delete global.$oracle;
  var apply = Reflect.apply;
  var call = Function.prototype.call.bind(Function.prototype.call);
  var define = Object.defineProperty;

  // Bounds. Built-in functions loop without looking up; each is charged for the size that it works on.
  var CHARGE_LIMIT = 1e7;
  var SIZE_LIMIT = 1e6;
  var charged = 0;
  function charge(size) {
    charged += size;
    if (size > SIZE_LIMIT || charged > CHARGE_LIMIT) throw new RangeError('more work than the limit');
  }
  function bound(owner, name, cost) {
    var original = owner[name];
    if (typeof original !== 'function') return;
    define(owner, name, {
      configurable: true,
      writable: true,
      value: function (a, b) {
        if (typeof this === 'string' && this.length < 300 && arguments.length < 3 && cost === ownSize) {
          return arguments.length === 1 ? call(original, this, a) : arguments.length === 0 ? call(original, this) : call(original, this, a, b);
        }
        charge(cost(this, arguments));
        return apply(original, this, arguments);
      },
    });
  }
  function sizeOf(value) {
    if (value === null || value === undefined) return 0;
    if (typeof value === 'string' || Array.isArray(value)) return value.length;
    var size = Number(Object(value).length);
    return size > 0 ? size : 0;
  }
  var ownSize = function (self) { return sizeOf(self); };
  Object.getOwnPropertyNames(Array.prototype).forEach(function (name) {
    if (name === 'constructor' || name === 'push' || name === 'pop') return;
    bound(Array.prototype, name, function (self, args) {
      var size = sizeOf(self);
      if (name === 'concat') for (var i = 0; i < args.length; i++) size += sizeOf(args[i]);
      if (name === 'join' || name === 'toString') size *= 1 + (args.length > 0 ? sizeOf(args[0]) : 1);
      return size;
    });
  });
  Object.getOwnPropertyNames(String.prototype).forEach(function (name) {
    if (name === 'constructor' || name === 'toString' || name === 'valueOf' || name === 'charAt' || name === 'charCodeAt') return;
    bound(String.prototype, name, function (self, args) {
      var size = sizeOf(self);
      if (name === 'repeat') return size * Math.max(0, Number(args[0]) || 0);
      if (name === 'padStart' || name === 'padEnd') return Math.max(size, Number(args[0]) || 0);
      return size;
    });
  });
  bound(Array, 'from', function (self, args) { return sizeOf(args[0]); });
  bound(Function.prototype, 'apply', function (self, args) { return sizeOf(args[1]); });
  bound(Reflect, 'apply', function (self, args) { return sizeOf(args[2]); });
  bound(JSON, 'stringify', function (self, args) { return sizeOf(args[0]); });
  bound(RegExp.prototype, 'exec', function (self, args) { return sizeOf(args[0]); });
  bound(RegExp.prototype, 'test', function (self, args) { return sizeOf(args[0]); });

  bound(global, 'RegExp', function (self, args) { return sizeOf(args[0]); });
  ['isNaN', 'isFinite', 'parseInt', 'parseFloat', 'Number', 'escape', 'unescape', 'encodeURI', 'encodeURIComponent',
    'decodeURI', 'decodeURIComponent'].forEach(function (name) {
    var original = global[name];
    bound(global, name, function (self, args) { return sizeOf(args[0]); });
    Object.getOwnPropertyNames(original).forEach(function (key) {
      if (key !== 'length' && key !== 'name') define(global[name], key, Object.getOwnPropertyDescriptor(original, key));
    });
  });
  // What lists the properties of an object is charged for the list that it made.
  ['keys', 'values', 'entries', 'getOwnPropertyNames', 'assign'].forEach(function (name) {
    var original = Object[name];
    Object[name] = function () {
      var result = apply(original, Object, arguments);
      charge(sizeOf(result));
      return result;
    };
  });
  var keysOf = Object.keys;
  global.$sized = function (value) {
    if (typeof value === 'string') { if (value.length > 100) charge(value.length); }
    else if (typeof value === 'object' && value !== null) Array.isArray(value) ? charge(value.length) : keysOf(value);
    return value;
  };
  // Programs inside the program would escape all of this.
  delete global.eval;
  [function () {}, function* () {}].forEach(function (one) {
    define(Object.getPrototypeOf(one), 'constructor', { value: undefined });
  });
  delete global.Function;

  // What depends on the environment.
  function ask(kind, argument) {
    return oracle(kind, String(argument), global.$asked);
  }
  Math.random = function () { return ask('random', ''); };
  var RealDate = Date;
  function now() { return ask('clock', ''); }
  function SandboxDate() {
    if (!new.target) return new RealDate(now()).toString();
    if (arguments.length === 0) return new RealDate(now());
    return Reflect.construct(RealDate, arguments);
  }
  SandboxDate.prototype = RealDate.prototype;
  SandboxDate.parse = RealDate.parse;
  SandboxDate.UTC = RealDate.UTC;
  SandboxDate.now = now;
  RealDate.prototype.constructor = SandboxDate;
  // The sandbox has no time zone: local time is the time that was chosen.
  global.Date = SandboxDate;

  // The helper functions.
  var QUAD = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
  function isAddress(text) {
    var parts = QUAD.exec(text);
    return parts !== null && parts[1] <= 255 && parts[2] <= 255 && parts[3] <= 255 && parts[4] <= 255;
  }
  function groupsOf(text) {
    text = String(text);
    if (text.indexOf(':') < 0 || text.length > 45) return null;
    var halves = text.split('::');
    if (halves.length > 2) return null;
    var sides = halves.map(function (half) {
      if (half === '') return [];
      var groups = [];
      var parts = half.split(':');
      for (var i = 0; i < parts.length; i++) {
        if (i === parts.length - 1 && isAddress(parts[i])) {
          var value = convert_addr(parts[i]) >>> 0;
          groups.push(value >>> 16, value & 65535);
        } else if (/^[0-9a-fA-F]{1,4}$/.test(parts[i])) groups.push(parseInt(parts[i], 16));
        else return null;
      }
      return groups;
    });
    if (sides[0] === null || sides[1] === null) return null;
    if (halves.length === 1) return sides[0].length === 8 ? sides[0] : null;
    var all = sides[0].slice();
    while (all.length + sides[1].length < 8) all.push(0);
    all = all.concat(sides[1]);
    return all.length === 8 ? all : null;
  }
  function isAnyAddress(text) {
    return isAddress(text) || groupsOf(text) !== null;
  }
  function convert_addr(text) {
    var bytes = String(text).split('.');
    return ((bytes[0] & 255) << 24) | ((bytes[1] & 255) << 16) | ((bytes[2] & 255) << 8) | (bytes[3] & 255);
  }
  function dnsResolve(host) {
    if (typeof host !== 'string') return null;
    return isAddress(host) ? host : ask('resolve4', host);
  }
  function dnsResolveEx(host) {
    if (typeof host !== 'string') return '';
    if (isAnyAddress(host)) return host;
    var answer = ask('resolve', host);
    return answer === null ? '' : answer;
  }
  function isResolvable(host) { return dnsResolve(host) !== null; }
  function isResolvableEx(host) { return dnsResolveEx(host) !== ''; }
  function isInNet(host, pattern, mask) {
    if (!isAddress(pattern) || !isAddress(mask)) return false;
    var address = isAddress(host) ? host : dnsResolve(host);
    if (address === null) return false;
    return (convert_addr(address) & convert_addr(mask)) === (convert_addr(pattern) & convert_addr(mask));
  }
  function isInNetEx(address, prefix) {
    var parts = String(prefix).split('/');
    if (parts.length !== 2 || !/^\d{1,3}$/.test(parts[1])) return false;
    var length = Number(parts[1]);
    if (isAddress(address) !== isAddress(parts[0])) return false;
    if (isAddress(address)) {
      if (length > 32) return false;
      var mask = length === 0 ? 0 : -1 << (32 - length);
      return (convert_addr(address) & mask) === (convert_addr(parts[0]) & mask);
    }
    var own = groupsOf(address);
    var wanted = groupsOf(parts[0]);
    if (own === null || wanted === null || length > 128) return false;
    for (var i = 0; i < 8 && length > 0; i++, length -= 16) {
      var bits = Math.min(16, length);
      if (own[i] >> (16 - bits) !== wanted[i] >> (16 - bits)) return false;
    }
    return true;
  }
  function dnsDomainIs(host, domain) {
    return host.length >= domain.length && host.substring(host.length - domain.length) == domain;
  }
  var patterns = new Map();
  function shExpMatch(text, pattern) {
    var expression = patterns.get(pattern);
    if (expression === undefined) {
      var source = String(pattern).replace(/\./g, '\\.').replace(/\*/g, '.*').replace(/\?/g, '.');
      expression = new RegExp('^' + source + '$');
      if (patterns.size < 10000) patterns.set(pattern, expression);
    }
    return expression.test(text);
  }
  function listTexts(args) {
    return Array.prototype.map.call(args, String).join(', ');
  }

  var helpers = {
    isPlainHostName: function isPlainHostName(host) { return host.indexOf('.') < 0 && groupsOf(host) === null; },
    dnsDomainIs: dnsDomainIs,
    localHostOrDomainIs: function localHostOrDomainIs(host, full) {
      return host == full || full.lastIndexOf(host + '.', 0) == 0;
    },
    isResolvable: isResolvable,
    isInNet: isInNet,
    dnsResolve: dnsResolve,
    convert_addr: convert_addr,
    myIpAddress: function myIpAddress() { return ask('client4', ''); },
    dnsDomainLevels: function dnsDomainLevels(host) { return host.split('.').length - 1; },
    shExpMatch: shExpMatch,
    weekdayRange: function weekdayRange() { return ask('weekdayRange', listTexts(arguments)); },
    dateRange: function dateRange() { return ask('dateRange', listTexts(arguments)); },
    timeRange: function timeRange() { return ask('timeRange', listTexts(arguments)); },
    alert: function alert() {},
    isResolvableEx: isResolvableEx,
    isInNetEx: isInNetEx,
    dnsResolveEx: dnsResolveEx,
    myIpAddressEx: function myIpAddressEx() { return ask('client', ''); },
    sortIpAddressList: function sortIpAddressList(list) {
      var addresses = String(list).split(';').map(function (text) { return text.trim(); });
      if (!addresses.every(isAnyAddress)) return '';
      function key(text) {
        var groups = groupsOf(text);
        if (groups === null) return '4' + String(convert_addr(text) >>> 0).padStart(10, '0');
        return '0' + groups.map(function (group) { return group.toString(16).padStart(4, '0'); }).join('');
      }
      return addresses.sort(function (a, b) { return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0; }).join(';');
    },
    getClientVersion: function getClientVersion() { return '1.0'; },
  };
  Object.keys(helpers).forEach(function (name) { global[name] = helpers[name]; });

  // The instrumented program's own.
  global.$entry = undefined;
  global.$fresh = function () {};
  global.$decided = -1;
  global.$asked = -1;
  global.$assigned = [];
  global.$trace = [];
  global.$return = function (statement, value) {
    global.$decided = statement;
    return value;
  };
  global.$assign = function (variable, statement, value) {
    global.$assigned[variable] = statement;
    return value;
  };
  global.$test = function (condition, value) {
    if (global.$trace.length < 20000) global.$trace.push(value ? condition : ~condition);
    return value;
  };
  var stringify = JSON.stringify;
  global.$holds = [];
  // The index may be a text, as \`for (var i in list)\` makes it.
  global.$holdsAt = function (first, count, index) {
    return index >= 0 && index < count && global.$holds[first + +index] === true;
  };
  global.$run = function (url, host, holding) {
    var holds = [];
    holding.split(' ').forEach(function (number) { if (number !== '') holds[number] = true; });
    global.$holds = holds;
    charged = 0;
    global.$decided = -1;
    global.$asked = -1;
    global.$assigned = [];
    global.$trace = [];
    global.$fresh();
    var result = global.$entry(url, host);
    return stringify([typeof result, String(result), global.$decided, global.$trace]);
  };
})(globalThis);
`;
