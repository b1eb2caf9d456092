/**
 * The global environment of a PAC file in the oracle: the helper functions with the behaviour of browsers (Chromium's
 * services/proxy_resolver and Firefox's netwerk/base/ProxyAutoConfig.cpp agree on all that is here) and Microsoft's `…Ex`
 * functions. `$answer` is the host's function; it goes away before the program starts.
 *
 * It is written a second time here, apart from the helpers of Lintel itself, so that a mistake in one shows in the other.
 */
export const PRELUDE = String.raw`
(function (global) {
  var answer = global.$answer;
  delete global.$answer;
  var RealDate = Date;
  var zone = answer('zone', '') * 60000;

  function now() { return answer('now', ''); }
  function LocalDate() {
    if (!new.target) return new RealDate(now()).toString();
    if (arguments.length === 0) return new RealDate(now());
    if (arguments.length === 1) return new RealDate(arguments[0]);
    return new RealDate(RealDate.UTC.apply(RealDate, arguments) - zone);
  }
  LocalDate.prototype = RealDate.prototype;
  LocalDate.parse = RealDate.parse;
  LocalDate.UTC = RealDate.UTC;
  LocalDate.now = now;
  RealDate.prototype.constructor = LocalDate;
  // QuickJS has no time zones here: local time is a distance from UTC.
  ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'].forEach(function (field) {
    RealDate.prototype['get' + field] = function () {
      return new RealDate(this.getTime() + zone)['getUTC' + field]();
    };
    if (field === 'Day') return;
    RealDate.prototype['set' + field] = function () {
      var shifted = new RealDate(this.getTime() + zone);
      shifted['setUTC' + field].apply(shifted, arguments);
      return this.setTime(shifted.getTime() - zone);
    };
  });
  RealDate.prototype.getTimezoneOffset = function () { return -zone / 60000; };
  global.Date = LocalDate;
  Math.random = function () { return answer('random', ''); };

  function quad(text) {
    var parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
    return parts !== null && parts.slice(1).every(function (part) { return part <= 255; });
  }
  function groups(text) {
    var halves = String(text).split('::');
    if (text.indexOf(':') < 0 || halves.length > 2) return null;
    var sides = halves.map(function (half) { return half === '' ? [] : half.split(':'); });
    var given = sides[0].length + (sides[1] || []).length;
    if (halves.length === 1 ? given !== 8 : given > 7) return null;
    var all = sides[0].concat(new Array(8 - given).fill('0'), sides[1] || []);
    if (!all.every(function (group) { return /^[0-9a-f]{1,4}$/i.test(group); })) return null;
    return all.map(function (group) { return parseInt(group, 16); });
  }
  function bits(text) {
    var bytes = String(text).split('.');
    return ((bytes[0] & 255) << 24) | ((bytes[1] & 255) << 16) | ((bytes[2] & 255) << 8) | (bytes[3] & 255);
  }
  function resolve(host) {
    if (typeof host !== 'string') return null;
    return quad(host) ? host : answer('resolve', host);
  }
  function resolveAll(host) {
    if (typeof host !== 'string') return '';
    if (quad(host) || groups(host) !== null) return host;
    var found = answer('resolve', host);
    return found === null ? '' : found;
  }

  var WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
  var MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
  function within(from, value, to) {
    return from <= to ? from <= value && value <= to : value <= to || from <= value;
  }
  /** The arguments without a final GMT, and the date whose local fields count. */
  function ranged(list) {
    var texts = Array.prototype.slice.call(list);
    var isGmt = texts[texts.length - 1] == 'GMT';
    if (isGmt) texts.pop();
    var date = new LocalDate();
    return { given: texts, date: isGmt ? new RealDate(date.getTime() - zone) : date };
  }

  var helpers = {
    isPlainHostName: function (host) { return host.indexOf('.') < 0 && groups(host) === null; },
    dnsDomainIs: function (host, domain) {
      return host.length >= domain.length && host.substring(host.length - domain.length) == domain;
    },
    localHostOrDomainIs: function (host, full) { return host == full || full.lastIndexOf(host + '.', 0) == 0; },
    isResolvable: function (host) { return resolve(host) !== null; },
    isInNet: function (host, pattern, mask) {
      if (!quad(pattern) || !quad(mask)) return false;
      var address = quad(host) ? host : resolve(host);
      return address !== null && (bits(address) & bits(mask)) === (bits(pattern) & bits(mask));
    },
    dnsResolve: resolve,
    convert_addr: bits,
    myIpAddress: function () { return answer('client', ''); },
    dnsDomainLevels: function (host) { return host.split('.').length - 1; },
    shExpMatch: function (text, pattern) {
      pattern = pattern.replace(/\./g, '\\.').replace(/\*/g, '.*').replace(/\?/g, '.');
      return new RegExp('^' + pattern + '$').test(text);
    },
    weekdayRange: function () {
      if (arguments.length < 1) return false;
      var range = ranged(arguments);
      var from = WEEKDAYS.indexOf(range.given[0]);
      var to = range.given.length === 2 ? WEEKDAYS.indexOf(range.given[1]) : from;
      return from >= 0 && to >= 0 && within(from, range.date.getDay(), to);
    },
    dateRange: function () {
      if (arguments.length < 1) return false;
      var range = ranged(arguments), given = range.given, count = given.length, date = range.date;
      var numbers = given.map(function (one) { return parseInt(one); });
      if (count === 1) {
        if (isNaN(numbers[0])) return date.getMonth() === MONTHS.indexOf(given[0]);
        return (numbers[0] < 32 ? date.getDate() : date.getFullYear()) === numbers[0];
      }
      var year = new LocalDate().getFullYear();
      var ends = [new LocalDate(year, 0, 1, 0, 0, 0), new LocalDate(year, 11, 31, 23, 59, 59)];
      var ownMonth = false;
      given.forEach(function (one, i) {
        var end = ends[i < count >> 1 ? 0 : 1];
        if (isNaN(numbers[i])) end.setMonth(MONTHS.indexOf(one));
        else if (numbers[i] < 32) {
          if (i < count >> 1) ownMonth = count <= 2;
          end.setDate(numbers[i]);
        } else end.setFullYear(numbers[i]);
      });
      if (ownMonth) ends.forEach(function (end) { end.setMonth(new LocalDate().getMonth()); });
      return within(ends[0], date, ends[1]);
    },
    timeRange: function () {
      if (arguments.length < 1) return false;
      var range = ranged(arguments), given = range.given, count = given.length, hour = range.date.getHours();
      if (count === 1) return hour == given[0];
      if (count === 2) return given[0] <= hour && hour <= given[1];
      if (count !== 4 && count !== 6) throw 'timeRange: bad number of arguments';
      var half = count >> 1;
      var ends = [new LocalDate(), new LocalDate()];
      ends.forEach(function (end, i) {
        if (count === 6) end.setSeconds(given[i * half + 2]);
        end.setHours(given[i * half]);
        end.setMinutes(given[i * half + 1]);
      });
      if (count === 4) ends[1].setSeconds(59);
      return within(ends[0], range.date, ends[1]);
    },
    alert: function () {},
    isResolvableEx: function (host) { return resolveAll(host) !== ''; },
    isInNetEx: function (address, prefix) {
      var parts = String(prefix).split('/');
      if (parts.length !== 2 || !/^\d{1,3}$/.test(parts[1]) || quad(address) !== quad(parts[0])) return false;
      var length = Number(parts[1]);
      if (quad(address)) {
        var mask = length === 0 ? 0 : -1 << (32 - length);
        return length <= 32 && (bits(address) & mask) === (bits(parts[0]) & mask);
      }
      var own = groups(address), wanted = groups(parts[0]);
      if (own === null || wanted === null || length > 128) return false;
      return own.every(function (group, i) {
        var counted = Math.max(0, Math.min(16, length - 16 * i));
        return group >> (16 - counted) === wanted[i] >> (16 - counted);
      });
    },
    dnsResolveEx: resolveAll,
    myIpAddressEx: function () { return answer('client', ''); },
    getClientVersion: function () { return '1.0'; },
  };
  Object.keys(helpers).forEach(function (name) { global[name] = helpers[name]; });
})(globalThis);
`;
