// CBOR Web Tokens (RFC 8392) in a COSE_Mac0 (RFC 9052 section 6.2) with HMAC SHA-256, as the module cf.cwt has them. digest is the
// host's, codec that of the modules. Answers {validateToken, generateToken}.
(function (digest, codec, Buffer) {
    'use strict';
    var TOKEN_MAX = 1024, DEPTH_MAX = 16, CWT = 61, MAC0 = 17;
    // Labels of headers.
    var ALGORITHM = '1', CRITICAL = '2';
    // Major types of CBOR (RFC 8949 section 3.1).
    var UNSIGNED = 0, NEGATIVE = 1, OCTETS = 2, TEXT = 3, LIST = 4, MAP = 5, TAG = 6;
    var isView = ArrayBuffer.isView, isArray = Array.isArray, define = Object.defineProperty;
    var has = Function.prototype.call.bind(Object.prototype.hasOwnProperty);

    function fail(why) { throw new Error('The CWT is not valid: ' + why); }
    function set(object, name, value) {
        define(object, name, {value: value, writable: true, enumerable: true, configurable: true});
    }
    function copied(octets) {
        var made = [];
        for (var i = 0; i < octets.length; i++) made.push(octets[i]);
        return made;
    }

    function reader(octets) {
        var at = 0;
        function need(count) { if (!(count <= octets.length - at)) fail('it is cut short'); }
        function octet() { need(1); return octets[at++]; }
        function argument(info) {
            if (info < 24) return info;
            if (info > 27) fail('a length is indefinite or reserved');
            var made = 0;
            for (var left = 1 << (info - 24); left > 0; left--) made = made * 256 + octet();
            // What a number of JavaScript cannot hold is not read as another one.
            if (made >= Number.MAX_SAFE_INTEGER) fail('a number is too large');
            return made;
        }
        function take(count) {
            need(count);
            var made = octets.slice(at, at + count);
            at += count;
            return made;
        }
        // The argument of an item of this major type.
        function head(major) {
            var first = octet();
            if (first >> 5 !== major) fail('it is not a tagged COSE_Mac0');
            return argument(first & 31);
        }
        function text(count) {
            var made = codec.strictUtf8(take(count));
            return made === null ? fail('a text is not UTF-8') : made;
        }
        function list(count, depth) {
            need(count);
            var made = [];
            for (; count > 0; count--) made.push(item(depth + 1));
            return made;
        }
        function map(count, depth) {
            need(2 * count);
            var made = {};
            for (; count > 0; count--) {
                var major = octets[at] >> 5;
                if (major !== UNSIGNED && major !== NEGATIVE && major !== TEXT) fail('a key is neither a number nor a text');
                var name = String(item(depth + 1));
                if (has(made, name)) fail('a key is there twice');
                set(made, name, item(depth + 1));
            }
            return made;
        }
        function half() {
            var bits = octet() << 8 | octet(), exponent = bits >> 10 & 31, part = bits & 1023;
            var size = exponent === 31 ? (part === 0 ? Infinity : NaN)
                : exponent === 0 ? part * Math.pow(2, -24) : (1024 + part) * Math.pow(2, exponent - 25);
            return bits & 0x8000 ? -size : size;
        }
        function float(size) {
            var view = new DataView(new ArrayBuffer(8)), given = take(size);
            for (var i = 0; i < size; i++) view.setUint8(i, given[i]);
            return size === 4 ? view.getFloat32(0) : view.getFloat64(0);
        }
        function simple(info) {
            switch (info) {
                case 20: return false;
                case 21: return true;
                case 22: return null;
                case 23: return undefined;
                case 25: return half();
                case 26: return float(4);
                case 27: return float(8);
            }
            return fail('a simple value is not known');
        }
        function item(depth) {
            if (depth > DEPTH_MAX) fail('it is too deep');
            var first = octet(), major = first >> 5, info = first & 31;
            if (major > TAG) return simple(info);
            var n = argument(info);
            switch (major) {
                case UNSIGNED: return n;
                case NEGATIVE: return -1 - n;
                case OCTETS: return Buffer.from(take(n));
                case TEXT: return text(n);
                case LIST: return list(n, depth);
                case MAP: return map(n, depth);
            }
            // Of a tag within the claims, what it stands before.
            return item(depth + 1);
        }
        return {
            head: head,
            octets: function () { return take(head(OCTETS)); },
            map: function () { return map(head(MAP), 1); },
            end: function () { if (at < octets.length) fail('something follows it'); }
        };
    }
    function mapOf(octets) {
        var from = reader(octets), made = from.map();
        from.end();
        return made;
    }

    function writer() {
        var made = [];
        function put(octet) {
            if (made.length >= TOKEN_MAX) fail('it is longer than ' + TOKEN_MAX + ' octets');
            made.push(octet);
        }
        function head(major, n) {
            var power = n < 24 ? -1 : n < 0x100 ? 0 : n < 0x10000 ? 1 : n < 0x100000000 ? 2 : 3;
            put(major << 5 | (power < 0 ? n : 24 + power));
            if (power >= 0) for (var i = (1 << power) - 1; i >= 0; i--) put(Math.floor(n / Math.pow(256, i)) % 256);
        }
        function octets(major, given) {
            head(major, given.length);
            for (var i = 0; i < given.length; i++) put(given[i]);
        }
        function text(given) {
            if (given.length > TOKEN_MAX) fail('it is longer than ' + TOKEN_MAX + ' octets');
            octets(TEXT, codec.utf8(given));
        }
        function number(given) {
            if (Number.isSafeInteger(given)) return given < 0 ? head(NEGATIVE, -1 - given) : head(UNSIGNED, given);
            if (!Number.isFinite(given)) fail('a number is not finite');
            var view = new DataView(new ArrayBuffer(8));
            view.setFloat64(0, given);
            put(0xfb);
            for (var i = 0; i < 8; i++) put(view.getUint8(i));
        }
        // Objects have no keys but texts: those that look like whole numbers are labels.
        function key(name) {
            var label = /^(0|-?[1-9][0-9]{0,15})$/.test(name) ? Number(name) : NaN;
            if (Number.isSafeInteger(label)) number(label); else text(name);
        }
        function map(given, depth) {
            var names = Object.keys(given);
            head(MAP, names.length);
            names.forEach(function (name) {
                key(name);
                item(given[name], depth + 1);
            });
        }
        function list(given, depth) {
            head(LIST, given.length);
            for (var i = 0; i < given.length; i++) item(given[i], depth + 1);
        }
        function item(given, depth) {
            if (depth > DEPTH_MAX) fail('it is too deep');
            if (typeof given === 'string') text(given);
            else if (typeof given === 'number') number(given);
            else if (typeof given === 'boolean') put(given ? 0xf5 : 0xf4);
            else if (given === null || given === undefined) put(given === null ? 0xf6 : 0xf7);
            else if (typeof given !== 'object') fail('a ' + typeof given + ' cannot be in it');
            else if (isView(given)) octets(OCTETS, codec.octetsOf(given));
            else if (isArray(given)) list(given, depth);
            else map(given, depth);
        }
        return {
            made: made, head: head, text: text, map: function (given) { map(given, 1); },
            octets: function (given) { octets(OCTETS, given); }
        };
    }
    function octetsOfMap(map) {
        var to = writer();
        to.map(map);
        return to.made;
    }

    // How many octets the MAC has (RFC 9053 section 3.1), when the headers are as they may be.
    function checkedHeaders(covered, open) {
        if (has(covered, CRITICAL) || has(open, CRITICAL)) fail('it has critical headers');
        Object.keys(open).forEach(function (name) {
            if (name === ALGORITHM || has(covered, name)) fail('header ' + name + ' is not where it belongs');
        });
        var algorithm = has(covered, ALGORITHM) ? covered[ALGORITHM] : undefined;
        return algorithm === 5 ? 32 : algorithm === 4 ? 8 : fail('the algorithm is not HMAC SHA-256');
    }
    function macOf(key, covered, payload, length) {
        var to = writer();
        to.head(LIST, 4);
        to.text('MAC0');
        to.octets(covered);
        to.octets([]);
        to.octets(payload);
        var made = digest('sha256', key, codec.latin1(to.made)), octets = [];
        for (var i = 0; i < length; i++) octets.push(made.charCodeAt(i));
        return octets;
    }
    // In the same time wherever they differ.
    function same(a, b) {
        if (a.length !== b.length) return false;
        var differing = 0;
        for (var i = 0; i < a.length; i++) differing |= a[i] ^ b[i];
        return differing === 0;
    }

    function isObject(given) { return typeof given === 'object' && given !== null && !isArray(given) && !isView(given); }
    function keyOf(context) {
        if (!isObject(context)) throw new TypeError('The context is not an object');
        var key = context.key;
        if (typeof key !== 'string' && !isView(key)) throw new TypeError('The key is neither a string nor a Buffer');
        var octets = typeof key === 'string' ? codec.utf8(key) : codec.octetsOf(key);
        // Everybody knows that one.
        if (octets.length === 0) throw new TypeError('The key is empty');
        return codec.latin1(octets);
    }

    function validateToken(token, context) {
        if (!isView(token) || !(token instanceof Buffer)) throw new TypeError('The token is not a Buffer');
        var key = keyOf(context), octets = codec.octetsOf(token);
        if (octets.length > TOKEN_MAX) fail('it is longer than ' + TOKEN_MAX + ' octets');
        var from = reader(copied(octets)), tag = from.head(TAG);
        if (tag === CWT) tag = from.head(TAG);
        if (tag !== MAC0 || from.head(LIST) !== 4) fail('it is not a tagged COSE_Mac0');
        var covered = from.octets(), open = from.map(), payload = from.octets(), mac = from.octets();
        from.end();
        var headers = covered.length === 0 ? {} : mapOf(covered);
        if (!same(mac, macOf(key, covered, payload, checkedHeaders(headers, open)))) fail('the MAC is another one');
        return {protectedHeaders: headers, unprotectedHeaders: open, payload: mapOf(payload)};
    }

    function part(token, name, other) {
        var given = token[name] === undefined ? token[other] : token[name];
        if (given === undefined) return {};
        if (!isObject(given)) throw new TypeError(name + ' is not an object');
        return given;
    }
    // The documentation's signature has the context first, its examples have it last.
    function generateToken(first, second) {
        var contextFirst = isObject(first) && first.coseTag !== undefined;
        var context = contextFirst ? first : second, token = contextFirst ? second : first, key = keyOf(context);
        if (context.coseTag !== 'MAC0') throw new TypeError('The coseTag is not MAC0');
        if (context.cwtTag !== undefined && typeof context.cwtTag !== 'boolean') throw new TypeError('The cwtTag is not a boolean');
        if (!isObject(token) || !isObject(token.payload)) throw new TypeError('The token has no payload that is an object');
        var given = part(token, 'protected', 'protectedHeaders'), headers = {};
        var open = part(token, 'unprotected', 'unprotectedHeaders'), to = writer();
        Object.keys(given).forEach(function (name) { set(headers, name, given[name]); });
        // Examples write it as a string.
        set(headers, ALGORITHM, headers[ALGORITHM] === undefined ? 5 : Number(headers[ALGORITHM]));
        var length = checkedHeaders(headers, open), covered = octetsOfMap(headers), payload = octetsOfMap(token.payload);
        if (context.cwtTag) to.head(TAG, CWT);
        to.head(TAG, MAC0);
        to.head(LIST, 4);
        to.octets(covered);
        to.map(open);
        to.octets(payload);
        to.octets(macOf(key, covered, payload, length));
        return Buffer.from(to.made);
    }

    return {validateToken: validateToken, generateToken: generateToken};
})
