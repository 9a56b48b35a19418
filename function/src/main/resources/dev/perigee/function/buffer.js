// Buffer of runtime 2.0, on octets of a Uint8Array.
(function (codec) {
    'use strict';
    var ENCODINGS = ['utf8', 'utf-8', 'hex', 'base64', 'base64url'];
    function range(condition) { if (!condition) throw new RangeError('index out of range'); }

    class Buffer extends Uint8Array {
        static alloc(size, fill, encoding) {
            var made = new Buffer(size);
            return fill === undefined ? made : made.fill(fill, 0, size, encoding);
        }
        static allocUnsafe(size) { return new Buffer(size); }
        static byteLength(value, encoding) {
            return typeof value === 'string' ? codec.decode(value, encoding).length : value.byteLength;
        }
        static compare(a, b) { return Buffer.from(a).compare(b); }
        static concat(list, total) {
            var sum = 0, at = 0;
            list.forEach(function (each) { sum += each.length; });
            var made = new Buffer(total === undefined ? sum : total);
            list.forEach(function (each) {
                var part = each.subarray(0, Math.max(0, made.length - at));
                made.set(part, at);
                at += part.length;
            });
            return made;
        }
        static from(value, second, third) {
            if (typeof value === 'string') return new Buffer(codec.decode(value, second));
            if (value instanceof ArrayBuffer) return new Buffer(value, second, third);
            if (ArrayBuffer.isView(value) || Array.isArray(value)) return new Buffer(value);
            if (value && value.type === 'Buffer' && Array.isArray(value.data)) return new Buffer(value.data);
            if (typeof value === 'object' && value !== null && value.valueOf() !== value) return Buffer.from(value.valueOf(), second, third);
            throw new TypeError('first argument is not a string or Buffer-like object');
        }
        static isBuffer(value) { return value instanceof Buffer; }
        static isEncoding(name) { return ENCODINGS.indexOf(name) >= 0; }

        compare(target, targetStart, targetEnd, sourceStart, sourceEnd) {
            var other = target.subarray(targetStart || 0, targetEnd), own = this.subarray(sourceStart || 0, sourceEnd);
            var shared = Math.min(other.length, own.length);
            for (var i = 0; i < shared; i++) if (own[i] !== other[i]) return own[i] < other[i] ? -1 : 1;
            return own.length === other.length ? 0 : own.length < other.length ? -1 : 1;
        }
        copy(target, targetStart, sourceStart, sourceEnd) {
            var part = this.subarray(sourceStart || 0, sourceEnd), at = targetStart || 0;
            part = part.subarray(0, Math.max(0, target.length - at));
            target.set(part, at);
            return part.length;
        }
        equals(other) { return this.compare(other) === 0; }
        fill(value, offset, end, encoding) {
            if (typeof offset === 'string') { encoding = offset; offset = 0; }
            var from = offset === undefined ? 0 : offset, to = end === undefined ? this.length : end;
            var pattern = typeof value === 'number' ? [value & 255] : codec.octetsOf(value, encoding);
            for (var i = from; i < to; i++) this[i] = pattern.length === 0 ? 0 : pattern[(i - from) % pattern.length];
            return this;
        }
        indexOf(value, offset, encoding) { return search(this, value, offset, encoding, false); }
        lastIndexOf(value, offset, encoding) { return search(this, value, offset, encoding, true); }
        includes(value, offset, encoding) { return this.indexOf(value, offset, encoding) >= 0; }
        subarray(start, end) {
            var part = Uint8Array.prototype.subarray.call(this, start, end);
            return new Buffer(part.buffer, part.byteOffset, part.length);
        }
        swap16() { return swap(this, 2); }
        swap32() { return swap(this, 4); }
        swap64() { return swap(this, 8); }
        toJSON() {
            var data = [];
            for (var i = 0; i < this.length; i++) data.push(this[i]);
            return {type: 'Buffer', data: data};
        }
        toString(encoding, start, end) { return codec.encode(this.subarray(start || 0, end), encoding); }
        write(text, offset, length, encoding) {
            if (typeof offset === 'string') { encoding = offset; offset = 0; length = undefined; }
            else if (typeof length === 'string') { encoding = length; length = undefined; }
            var at = offset || 0, octets = codec.decode(text, encoding);
            var room = Math.min(octets.length, this.length - at, length === undefined ? this.length : length);
            for (var i = 0; i < room; i++) this[at + i] = octets[i];
            return room;
        }
    }

    function search(buffer, value, offset, encoding, last) {
        if (typeof offset === 'string') { encoding = offset; offset = undefined; }
        var pattern = typeof value === 'number' ? [value & 255] : codec.octetsOf(value, encoding);
        var at = offset === undefined ? (last ? buffer.length : 0) : offset < 0 ? buffer.length + offset : offset;
        at = Math.min(Math.max(at, 0), buffer.length - pattern.length);
        for (; at >= 0 && at <= buffer.length - pattern.length; at += last ? -1 : 1) {
            var same = 0;
            while (same < pattern.length && buffer[at + same] === pattern[same]) same++;
            if (same === pattern.length) return at;
        }
        return -1;
    }

    function swap(buffer, size) {
        if (buffer.length % size !== 0) throw new RangeError('Buffer size must be a multiple of ' + 8 * size + '-bits');
        for (var i = 0; i < buffer.length; i += size) Uint8Array.prototype.reverse.call(Uint8Array.prototype.subarray.call(buffer, i, i + size));
        return buffer;
    }

    function add(name, method) { Object.defineProperty(Buffer.prototype, name, {value: method, writable: true, configurable: true}); }
    function view(buffer) { return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength); }

    [['Int8', 1], ['UInt8', 1], ['Int16', 2], ['UInt16', 2], ['Int32', 4], ['UInt32', 4], ['Float', 4], ['Double', 8]].forEach(function (kind) {
        var method = {Float: 'Float32', Double: 'Float64'}[kind[0]] || kind[0].replace('UI', 'Ui');
        (kind[1] === 1 ? [''] : ['BE', 'LE']).forEach(function (order) {
            add('read' + kind[0] + order, function (offset) { return view(this)['get' + method](offset || 0, order === 'LE'); });
            add('write' + kind[0] + order, function (value, offset) {
                view(this)['set' + method](offset || 0, value, order === 'LE');
                return (offset || 0) + kind[1];
            });
        });
    });
    ['BE', 'LE'].forEach(function (order) {
        [true, false].forEach(function (signed) {
            var name = (signed ? 'Int' : 'UInt') + order;
            add('read' + name, function (offset, length) {
                range(length >= 1 && length <= 6 && offset >= 0 && offset + length <= this.length);
                var made = 0;
                for (var i = 0; i < length; i++) made = made * 256 + this[order === 'BE' ? offset + i : offset + length - 1 - i];
                return signed && made >= Math.pow(2, 8 * length - 1) ? made - Math.pow(2, 8 * length) : made;
            });
            add('write' + name, function (value, offset, length) {
                range(length >= 1 && length <= 6 && offset >= 0 && offset + length <= this.length);
                var left = value < 0 ? value + Math.pow(2, 8 * length) : value;
                for (var i = 0; i < length; i++) {
                    this[order === 'BE' ? offset + length - 1 - i : offset + i] = left % 256;
                    left = Math.floor(left / 256);
                }
                return offset + length;
            });
        });
    });
    return Buffer;
})
