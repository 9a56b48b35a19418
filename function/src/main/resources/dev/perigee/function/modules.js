// The modules that functions may require, and the globals that go with them. digest(algorithm, key, octets) is the host's:
// octets travel as strings of characters up to 255, a key of null means a hash, else an HMAC.
(function (digest, surface) {
    'use strict';
    var version = 0;
    var OriginalUint8Array = Uint8Array;
    function fail(message) { throw new TypeError(message); }

    function utf8(text) {
        text = String(text);
        var made = [];
        for (var i = 0; i < text.length; i++) {
            var c = text.codePointAt(i);
            if (c > 0xffff) i++;
            else if (c >= 0xd800 && c < 0xe000) c = 0xfffd;
            if (c < 0x80) made.push(c);
            else if (c < 0x800) made.push(0xc0 | c >> 6, 0x80 | c & 63);
            else if (c < 0x10000) made.push(0xe0 | c >> 12, 0x80 | c >> 6 & 63, 0x80 | c & 63);
            else made.push(0xf0 | c >> 18, 0x80 | c >> 12 & 63, 0x80 | c >> 6 & 63, 0x80 | c & 63);
        }
        return made;
    }
    // What is no UTF-8 becomes U+FFFD, or makes the answer null when it is to be strict.
    function fromUtf8(octets, strict) {
        var made = '';
        for (var i = 0; i < octets.length;) {
            var first = octets[i++], more = first < 0x80 ? 0 : first >= 0xc2 && first < 0xe0 ? 1
                : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : -1;
            var c = more < 0 ? -1 : more === 0 ? first : first & (0x3f >> more), left = more, start = i;
            while (left > 0 && i < octets.length && (octets[i] & 0xc0) === 0x80) { c = c << 6 | octets[i++] & 63; left--; }
            var bad = c < 0 || left > 0 || (more === 2 && (c < 0x800 || (c >= 0xd800 && c < 0xe000)))
                || (more === 3 && (c < 0x10000 || c > 0x10ffff));
            if (bad && strict) return null;
            if (bad && more >= 2 && left === 0) i = start;
            made += bad ? '\ufffd' : String.fromCodePoint(c);
        }
        return surface.checked(made);
    }
    function latin1(octets) {
        var made = '';
        for (var i = 0; i < octets.length; i++) made += String.fromCharCode(octets[i]);
        return surface.checked(made);
    }

    var ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    function toBase64(octets, url) {
        var letters = ALPHABET + (url ? '-_' : '+/'), made = '';
        for (var i = 0; i < octets.length; i += 3) {
            var n = octets[i] << 16 | (octets[i + 1] || 0) << 8 | (octets[i + 2] || 0), left = octets.length - i;
            made += letters[n >> 18] + letters[n >> 12 & 63] + (left > 1 ? letters[n >> 6 & 63] : url ? '' : '=')
                + (left > 2 ? letters[n & 63] : url ? '' : '=');
        }
        return surface.checked(made);
    }
    function fromBase64(text) {
        var made = [], bits = 0, held = 0;
        for (var i = 0; i < text.length; i++) {
            var letter = text[i];
            if (letter === '=') break;
            var value = letter === '-' ? 62 : letter === '_' ? 63 : (ALPHABET + '+/').indexOf(letter);
            if (value < 0) continue;
            held = (held << 6 | value) & 0xffffff;
            bits += 6;
            if (bits >= 8) { bits -= 8; made.push(held >> bits & 255); }
        }
        return made;
    }
    function toHex(octets) {
        var made = '';
        for (var i = 0; i < octets.length; i++) made += (octets[i] < 16 ? '0' : '') + octets[i].toString(16);
        return surface.checked(made);
    }
    function fromHex(text) {
        var made = [];
        for (var i = 0; i + 1 < text.length; i += 2) {
            if (!/^[0-9a-fA-F]{2}$/.test(text.slice(i, i + 2))) break;
            made.push(parseInt(text.slice(i, i + 2), 16));
        }
        return made;
    }
    function decode(text, encoding) {
        switch (encoding === undefined ? 'utf8' : encoding) {
            case 'utf8': case 'utf-8': return utf8(text);
            case 'hex': return fromHex(text);
            case 'base64': case 'base64url': return fromBase64(text);
        }
        return fail('Unknown encoding: "' + encoding + '"');
    }
    function encode(octets, encoding) {
        switch (encoding === undefined ? 'utf8' : encoding) {
            case 'utf8': case 'utf-8': return fromUtf8(octets, false);
            case 'hex': return toHex(octets);
            case 'base64': return toBase64(octets, false);
            case 'base64url': return toBase64(octets, true);
        }
        return fail('Unknown encoding: "' + encoding + '"');
    }
    function octetsOf(value, encoding) {
        if (typeof value === 'string') return version === 1 ? bytes(value) : decode(value, encoding);
        if (value instanceof ArrayBuffer) return new OriginalUint8Array(value);
        if (ArrayBuffer.isView(value)) return new OriginalUint8Array(value.buffer, value.byteOffset, value.byteLength);
        return fail('data is not a string or Buffer-like object');
    }
    // Runtime 1.0 has byte strings; text of other characters is taken as UTF-8.
    function bytes(text) {
        for (var i = 0; i < text.length; i++) if (text.charCodeAt(i) > 255) return utf8(text);
        var made = [];
        for (i = 0; i < text.length; i++) made.push(text.charCodeAt(i));
        return version === 1 && /[^\x00-\x7f]/.test(text) ? utf8(text) : made;
    }

    function hashing(kind) {
        var ALGORITHMS = ['md5', 'sha1', 'sha256'];
        function Hash(algorithm, key) {
            if (ALGORITHMS.indexOf(algorithm) < 0) fail('not supported algorithm: "' + algorithm + '"');
            var held = '', done = false;
            this.update = function update(data, encoding) {
                if (done) throw new Error('Digest already called');
                held = surface.checked(held + latin1(octetsOf(data, encoding)));
                return this;
            };
            this.digest = function digestOf(encoding) {
                if (done) throw new Error('Digest already called');
                done = true;
                var made = digest(algorithm, key, held), octets = [];
                for (var i = 0; i < made.length; i++) octets.push(made.charCodeAt(i));
                if (encoding === undefined) return version === 1 ? made : Buffer.from(octets);
                if (encoding !== 'hex' && encoding !== 'base64' && encoding !== 'base64url') {
                    fail('Unknown digest encoding: "' + encoding + '"');
                }
                return encode(octets, encoding);
            };
        }
        return {
            createHash: function createHash(algorithm) { return new Hash(algorithm, null); },
            createHmac: function createHmac(algorithm, key) { return new Hash(algorithm, latin1(octetsOf(key))); }
        };
    }

    function queries() {
        function escape(text) {
            return encodeURIComponent(String(text).replace(/[\ud800-\udfff]/g, function (c, at, all) {
                var pair = all.codePointAt(at) > 0xffff || (at > 0 && all.codePointAt(at - 1) > 0xffff);
                return pair ? c : '\ufffd';
            })).replace(/%20/g, '%20');
        }
        function unescape(text) {
            text = String(text);
            if (text.indexOf('%') < 0) return text;
            var octets = [];
            for (var i = 0; i < text.length; i++) {
                var hex = text.slice(i + 1, i + 3);
                if (text[i] === '%' && /^[0-9a-fA-F]{2}$/.test(hex)) { octets.push(parseInt(hex, 16)); i += 2; continue; }
                var c = text.codePointAt(i);
                if (c > 0xffff) i++;
                utf8(String.fromCodePoint(c)).forEach(function (each) { octets.push(each); });
            }
            return fromUtf8(octets, false);
        }
        function parse(text, separator, equal, options) {
            var made = {}, max = options && typeof options.maxKeys === 'number' ? options.maxKeys : 1000, count = 0;
            var read = options && options.decodeURIComponent || unescape;
            separator = separator || '&';
            equal = equal || '=';
            if (typeof text !== 'string' || text.length === 0) return made;
            text.split(separator).some(function (part) {
                if (part.length === 0) return false;
                if (max > 0 && count >= max) return true;
                count++;
                var at = part.indexOf(equal);
                var name = read((at < 0 ? part : part.slice(0, at)).replace(/\+/g, ' '));
                var value = at < 0 ? '' : read(part.slice(at + equal.length).replace(/\+/g, ' '));
                if (!Object.prototype.hasOwnProperty.call(made, name)) {
                    Object.defineProperty(made, name, {value: value, writable: true, enumerable: true, configurable: true});
                } else if (Array.isArray(made[name])) {
                    made[name].push(value);
                } else {
                    made[name] = [made[name], value];
                }
                return false;
            });
            return made;
        }
        function text(value) {
            return typeof value === 'string' ? value
                : typeof value === 'boolean' || (typeof value === 'number' && isFinite(value)) ? String(value) : '';
        }
        function stringify(object, separator, equal, options) {
            var write = options && options.encodeURIComponent || escape, parts = [];
            if (typeof object !== 'object' || object === null) return '';
            Object.keys(object).forEach(function (name) {
                var values = Array.isArray(object[name]) ? object[name] : [object[name]];
                values.forEach(function (value) { parts.push(write(name) + (equal || '=') + write(text(value))); });
            });
            return parts.join(separator || '&');
        }
        return {parse: parse, decode: parse, stringify: stringify, encode: stringify, escape: escape, unescape: unescape};
    }

    // The methods of strings that only runtime 1.0 has.
    function byteStrings() {
        function add(on, name, method) { Object.defineProperty(on, name, {value: method, writable: true, configurable: true}); }
        function bytesFrom(from, encoding) {
            if (Array.isArray(from)) return latin1(from.map(function (each) { return each & 255; }));
            if (encoding !== 'hex' && encoding !== 'base64' && encoding !== 'base64url') fail('Unknown encoding: "' + encoding + '"');
            return latin1(decode(String(from), encoding));
        }
        function octets(text) {
            var made = [];
            for (var i = 0; i < text.length; i++) {
                if (text.charCodeAt(i) > 255) return null;
                made.push(text.charCodeAt(i));
            }
            return made;
        }
        add(String, 'bytesFrom', bytesFrom);
        add(String.prototype, 'bytesFrom', bytesFrom);
        add(String.prototype, 'fromBytes', function fromBytes(start, end) { return String(this).slice(start, end); });
        add(String.prototype, 'fromUTF8', function fromUTF8(start, end) {
            var given = octets(String(this).slice(start, end));
            return given === null ? null : fromUtf8(given, true);
        });
        add(String.prototype, 'toBytes', function toBytes(start, end) {
            var text = String(this).slice(start, end);
            return octets(text) === null ? null : text;
        });
        add(String.prototype, 'toUTF8', function toUTF8(start, end) { return latin1(utf8(String(this).slice(start, end))); });
    }

    function texts() {
        globalThis.TextEncoder = class TextEncoder {
            get encoding() { return 'utf-8'; }
            encode(text) { return new Uint8Array(utf8(text === undefined ? '' : text)); }
            encodeInto(text, target) {
                var read = 0, written = 0;
                while (read < text.length) {
                    var c = String.fromCodePoint(text.codePointAt(read)), octets = utf8(c);
                    if (written + octets.length > target.length) break;
                    target.set(octets, written);
                    written += octets.length;
                    read += c.length;
                }
                return {read: read, written: written};
            }
        };
        globalThis.TextDecoder = class TextDecoder {
            #fatal; #ignoreBOM;
            constructor(label, options) {
                if (label !== undefined && !/^utf-?8$/i.test(label)) throw new RangeError('The "' + label + '" encoding is not supported');
                this.#fatal = Boolean(options && options.fatal);
                this.#ignoreBOM = Boolean(options && options.ignoreBOM);
            }
            get encoding() { return 'utf-8'; }
            get fatal() { return this.#fatal; }
            get ignoreBOM() { return this.#ignoreBOM; }
            decode(given) {
                var made = given === undefined ? '' : fromUtf8(octetsOf(given), this.#fatal);
                if (made === null) fail('The encoded data was not valid');
                return !this.#ignoreBOM && made.charCodeAt(0) === 0xfeff ? made.slice(1) : made;
            }
        };
        globalThis.btoa = function btoa(text) {
            text = String(text);
            for (var i = 0; i < text.length; i++) if (text.charCodeAt(i) > 255) fail('invalid character (>= U+00FF)');
            return toBase64(bytes(text), false);
        };
        globalThis.atob = function atob(text) {
            text = String(text).replace(/[\t\n\f\r ]/g, '');
            if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.replace(/=+$/, '').length % 4 === 1) fail('the string is not correctly encoded');
            return latin1(fromBase64(text));
        };
    }

    var made = {crypto: hashing(), querystring: queries()};
    byteStrings();
    texts();
    made.finish = function (which) { version = which; };
    made.codec = {
        utf8: utf8, encode: encode, decode: decode, octetsOf: octetsOf, latin1: latin1,
        strictUtf8: function (octets) { return fromUtf8(octets, true); }
    };
    return made;
})
