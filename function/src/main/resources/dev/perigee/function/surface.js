// Closes what V8 has and the documented runtimes do not, keeps strings and arrays within bounds, and freezes what calls
// have in common. Answers {seal(extra)}, to be called once everything else is made, {finish(version)}, to be called in the
// isolate that is to run functions, and the checks for strings.
(function () {
    'use strict';
    // What only one of the runtimes has is there until it is known which it will be.
    var version = 0;
    function has(which) { return version === 0 || version === which; }
    // Still needed when they are gone.
    var Reflect = globalThis.Reflect, Set = globalThis.Set, Map = globalThis.Map;
    // Characters of a string, elements of an array: a function has 2 MB of memory.
    var STRING_MAX = 1 << 21, ARRAY_MAX = 1 << 17, BYTES_MAX = 1 << 21;
    var call = Function.prototype.call, uncurry = Function.prototype.bind.bind(call);
    var apply = uncurry(Function.prototype.apply), slice = uncurry(Array.prototype.slice);
    var ITERATOR = Symbol.iterator, isArray = Array.isArray, isView = ArrayBuffer.isView, getOwn = Object.getOwnPropertyDescriptor;
    var define = Object.defineProperty, names = Object.getOwnPropertyNames, getPrototype = Object.getPrototypeOf;

    function named(name) {
        var Made = {[name]: function (message) {
            var made = Reflect.construct(Error, message === undefined ? [] : [message], new.target || Made);
            return made;
        }}[name];
        Made.prototype = Object.create(Error.prototype);
        define(Made.prototype, 'constructor', {value: Made, configurable: true, writable: true});
        define(Made.prototype, 'name', {value: name, configurable: true, writable: true});
        define(Made.prototype, 'message', {value: '', configurable: true, writable: true});
        return Made;
    }
    var InternalError = named('InternalError'), MemoryError = named('MemoryError');

    function tooLarge() { throw new (version === 1 ? MemoryError : InternalError)('memory limit exceeded'); }
    function checked(value) {
        if (typeof value === 'string' && value.length > STRING_MAX) tooLarge();
        return value;
    }
    // Only a length that is the same whenever it is read: V8 reads it again.
    function checkLength(object) {
        if (object === null || object === undefined) return;
        if (typeof object === 'string') return checked(object);
        if (isArray(object)) {
            if (object.length > ARRAY_MAX) tooLarge();
            return;
        }
        var own = getOwn(object, 'length');
        if (own === undefined ? 'length' in Object(object) : typeof own.value !== 'number') {
            throw new TypeError('not an array');
        }
        if (own !== undefined && own.value > ARRAY_MAX) tooLarge();
    }

    // Every method of strings makes strings that are within bounds of strings that are.
    function guardStrings() {
        names(String.prototype).forEach(function (name) {
            var method = String.prototype[name];
            if (name === 'constructor' || typeof method !== 'function') return;
            replace(String.prototype, name, function () {
                if (name === 'repeat' && String(this).length * arguments[0] > STRING_MAX) tooLarge();
                if ((name === 'padStart' || name === 'padEnd') && arguments[0] > STRING_MAX) tooLarge();
                if (typeof this === 'string' && this.length > STRING_MAX) tooLarge();
                return checked(apply(method, this, arguments));
            }, method);
        });
    }

    // V8 loops over lengths that are claimed, some of them without looking whether it has been told to stop.
    function guardArrays(prototype, skip) {
        names(prototype).forEach(function (name) {
            var own = Object.getOwnPropertyDescriptor(prototype, name);
            var method = own.value;
            if (typeof method !== 'function' || skip.indexOf(name) >= 0) return;
            replace(prototype, name, function () {
                checkLength(this);
                for (var i = 0; i < arguments.length; i++) if (isArray(arguments[i])) checkLength(arguments[i]);
                return apply(method, this, arguments);
            }, method);
        });
    }
    function replace(object, name, made, original) {
        define(made, 'name', {value: name, configurable: true});
        define(made, 'length', {value: original.length, configurable: true});
        // Not a constructor, as the original is none.
        define(object, name, {value: {[name](...given) { return apply(made, this, given); }}[name], writable: true,
            configurable: true, enumerable: false});
    }

    function guardConstructors() {
        var Original = Array;
        var Guarded = function Array(length) {
            if (arguments.length === 1 && typeof length === 'number' && length > ARRAY_MAX) tooLarge();
            return Reflect.construct(Original, arguments, new.target || Guarded);
        };
        Guarded.prototype = Original.prototype;
        ['isArray', 'of'].forEach(function (name) { define(Guarded, name, {value: Original[name], configurable: true}); });
        define(Original.prototype, 'constructor', {value: Guarded, writable: true, configurable: true});
        globalThis.Array = Guarded;
        // The well-known symbols cannot be taken away from the original.
        var Symbols = Symbol;
        var Limited = function Symbol(text) { return Symbols(text); };
        Limited.prototype = Symbols.prototype;
        ['for', 'keyFor'].forEach(function (name) { define(Limited, name, {value: Symbols[name], configurable: true}); });
        define(Symbols.prototype, 'constructor', {value: Limited, writable: true, configurable: true});
        globalThis.Symbol = Limited;
        ['ArrayBuffer', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array',
            'Uint32Array', 'Float32Array', 'Float64Array'].forEach(guardBytes);
    }

    var bufferLength = getOwn(ArrayBuffer.prototype, 'byteLength').get;
    function isBuffer(object) {
        try { apply(bufferLength, object, []); return true; } catch (e) { return false; }
    }

    var allocated = 0;
    function take(bytes) {
        allocated += bytes;
        if (!(allocated <= BYTES_MAX)) tooLarge();
    }
    function guardBytes(name) {
        var Original = globalThis[name], size = Original.BYTES_PER_ELEMENT || 1;
        var Guarded = {[name]: function (given) {
            if (new.target === undefined) throw new TypeError('Constructor ' + name + " requires 'new'");
            if (name === 'ArrayBuffer' || typeof given !== 'object' || given === null) {
                if (typeof given === 'function') throw new TypeError('not a length');
                var length = Math.trunc(Number(given)) || 0;
                take(Math.max(length, 0) * size);
                return Reflect.construct(Original, [length], new.target);
            }
            if (isView(given)) {
                take(given.byteLength * size);
            } else if (!isBuffer(given)) {
                checkLength(given);
                take((given.length || 0) * size);
            }
            return Reflect.construct(Original, arguments, new.target);
        }}[name];
        define(Guarded, 'prototype', {value: Original.prototype, writable: false});
        Object.setPrototypeOf(Guarded, getPrototype(Original));
        names(Original).forEach(function (each) {
            if (['prototype', 'length', 'name'].indexOf(each) < 0) {
                define(Guarded, each, Object.getOwnPropertyDescriptor(Original, each));
            }
        });
        define(Original.prototype, 'constructor', {value: Guarded, writable: true, configurable: true});
        globalThis[name] = Guarded;
    }

    function guardOthers() {
        var applyTo = Function.prototype.apply;
        replace(Function.prototype, 'apply', function (self, list) {
            checkLength(list);
            return apply(this, self, list === undefined || list === null ? [] : list);
        }, applyTo);
        replace(Array.prototype, 'join', function (separator) {
            checkLength(this);
            var between = separator === undefined ? ',' : String(separator), made = '', length = this.length >>> 0;
            if (joining.indexOf(this) >= 0) return '';
            joining.push(this);
            try {
                for (var i = 0; i < length; i++) {
                    var each = this[i];
                    if (i > 0) made = checked(made + between);
                    if (each !== undefined && each !== null) made = checked(made + checked(String(each)));
                }
            } finally {
                joining.pop();
            }
            return made;
        }, Array.prototype.join);
        ['parse', 'stringify'].forEach(function (name) {
            var original = JSON[name];
            replace(JSON, name, function () { checked(arguments[0]); return checked(apply(original, JSON, arguments)); }, original);
        });
        ['encodeURIComponent', 'encodeURI', 'decodeURIComponent', 'decodeURI'].forEach(function (name) {
            var original = globalThis[name];
            replace(globalThis, name, function (text) { return checked(original(checked(text))); }, original);
        });
        ['all', 'allSettled', 'any', 'race'].forEach(function (name) {
            var original = Promise[name];
            replace(Promise, name, function (list) { checkLength(list); return apply(original, this, [list]); }, original);
        });
    }
    var joining = [];

    // Time stands still while a function runs.
    var now = 0, touched = false;
    // Whoever asks for it has another answer another time.
    function time() { touched = true; return now; }
    function stopTime() {
        var Original = Date;
        var Stopped = function Date() {
            if (new.target === undefined) return new Original(time()).toString();
            return Reflect.construct(Original, arguments.length === 0 ? [time()] : arguments, new.target);
        };
        Stopped.prototype = Original.prototype;
        define(Stopped, 'length', {value: 7, configurable: true});
        Stopped.now = function () { return time(); };
        Stopped.parse = Original.parse;
        Stopped.UTC = Original.UTC;
        ['now', 'parse', 'UTC'].forEach(function (each) { define(Stopped, each, {enumerable: false}); });
        define(Original.prototype, 'constructor', {value: Stopped, writable: true, configurable: true});
        globalThis.Date = Stopped;
    }

    // A new sequence for each run, seeded with its time.
    var seed = 0;
    function seedRandom() {
        Math.random = {random() {
            touched = true;
            seed = (seed + 0x6D2B79F5) | 0;
            var t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
            t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
            return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
        }}.random;
        define(Math, 'random', {enumerable: false});
    }

    function words(text) { return text.split(' '); }
    var OBJECT = 'create defineProperties defineProperty freeze getOwnPropertyDescriptor getOwnPropertyNames getPrototypeOf '
        + 'isExtensible isFrozen isSealed keys preventExtensions seal assign entries values is setPrototypeOf';
    var ARRAY = 'concat every filter forEach indexOf join lastIndexOf map pop push reduce reduceRight reverse shift slice '
        + 'some sort splice unshift copyWithin fill find findIndex includes toString';
    var STRING = 'charAt charCodeAt concat indexOf lastIndexOf localeCompare match replace search slice split substr substring '
        + 'toLowerCase toLocaleLowerCase toString toUpperCase toLocaleUpperCase trim valueOf codePointAt endsWith includes '
        + 'repeat startsWith padStart padEnd trimStart trimEnd length';
    var TYPED = 'copyWithin fill join set slice subarray toString length byteLength byteOffset buffer BYTES_PER_ELEMENT';
    var TYPED_2 = ' every filter find findIndex forEach includes indexOf lastIndexOf map reduce reduceRight reverse some sort';
    // What each object keeps: of itself, of its prototype. What is not named here keeps everything.
    function kept() { return {
        Object: [OBJECT + (has(2) ? ' getOwnPropertyDescriptors' : ''),
            'hasOwnProperty isPrototypeOf propertyIsEnumerable toString toLocaleString valueOf'],
        Function: ['', 'apply bind call toString length name'],
        Array: ['isArray of', ARRAY + ' length'],
        String: ['fromCharCode fromCodePoint' + (has(1) ? ' bytesFrom' : ''),
            STRING + (has(1) ? ' bytesFrom fromBytes fromUTF8 toBytes toUTF8' : '') + (has(2) ? ' replaceAll' : '')],
        Number: ['isFinite isInteger isNaN isSafeInteger parseFloat parseInt EPSILON MAX_SAFE_INTEGER MAX_VALUE '
            + 'MIN_SAFE_INTEGER MIN_VALUE NEGATIVE_INFINITY NaN POSITIVE_INFINITY',
            'toExponential toFixed toPrecision toString toLocaleString valueOf'],
        Boolean: ['', 'toString valueOf'],
        RegExp: ['', 'exec test toString global ignoreCase multiline source sticky flags unicode dotAll compile'.replace(' compile', '')],
        Promise: ['resolve reject' + (has(2) ? ' all allSettled any race' : ''), 'then catch finally'],
        Symbol: ['for keyFor', 'toString valueOf description'],
        ArrayBuffer: ['isView', 'slice byteLength'],
        DataView: ['', 'getFloat32 getFloat64 getInt16 getInt32 getInt8 getUint16 getUint32 getUint8 setFloat32 setFloat64 '
            + 'setInt16 setInt32 setInt8 setUint16 setUint32 setUint8 buffer byteLength byteOffset'],
        Error: ['stackTraceLimit', 'name message toString']
    }; }
    function keptGlobals() { return 'Object Function Array String Number Boolean Date RegExp Math JSON Promise ArrayBuffer Int8Array Uint8Array '
        + 'Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array Error EvalError '
        + 'InternalError RangeError ReferenceError SyntaxError TypeError URIError globalThis decodeURI decodeURIComponent '
        + 'encodeURI encodeURIComponent isFinite isNaN parseFloat parseInt NaN Infinity undefined eval'
        + (has(1) ? ' MemoryError' : ' Symbol DataView TextDecoder TextEncoder atob btoa Buffer'); }

    function keep(object, list) {
        var kept = words(list + ' constructor prototype length name');
        names(object).forEach(function (name) { if (kept.indexOf(name) < 0) delete object[name]; });
    }

    function close() {
        var all = kept();
        Object.keys(all).forEach(function (name) {
            var each = globalThis[name];
            keep(each, all[name][0]);
            keep(each.prototype, all[name][1]);
        });
        var typed = getPrototype(Uint8Array);
        keep(typed, has(2) ? 'from of' : '');
        keep(typed.prototype, TYPED + (version === 2 ? TYPED_2 : ''));
    }
    function closeGlobals() {
        var globals = words(keptGlobals());
        names(globalThis).forEach(function (name) { if (globals.indexOf(name) < 0) delete globalThis[name]; });
    }

    // Strict code may not assign where a prototype has a frozen property of that name; what is usually shadowed can be.
    var shadowed = [];
    function letShadow(object) {
        names(object).forEach(function (name) {
            var own = Object.getOwnPropertyDescriptor(object, name);
            if (!own.configurable || !('value' in own)) return;
            var value = own.value;
            shadowed.push(value);
            define(object, name, {
                configurable: true, enumerable: own.enumerable, get: function () { return value; },
                set: function (given) {
                    if (this === object) throw new TypeError("Cannot assign to read only property '" + name + "'");
                    define(this, name, {value: given, writable: true, enumerable: true, configurable: true});
                }
            });
        });
    }

    function freezeAll(roots) {
        var seen = new Set(), todo = roots.slice();
        while (todo.length > 0) {
            var each = todo.pop();
            if ((typeof each !== 'object' && typeof each !== 'function') || each === null || seen.has(each)) continue;
            seen.add(each);
            if (!late.has(each) && !ArrayBuffer.isView(each)) Object.freeze(each);
            todo.push(getPrototype(each));
            Reflect.ownKeys(each).forEach(function (key) {
                var own = Object.getOwnPropertyDescriptor(each, key);
                todo.push(own.value, own.get, own.set);
            });
        }
    }

    // Objects that V8 adds to where a snapshot becomes an isolate, with the keys that they are to have.
    var late = new Map();
    function leave(object) {
        if ((typeof object === 'object' || typeof object === 'function') && object !== null) late.set(object, undefined);
    }
    function leaveGlobals() {
        names(globalThis).forEach(function (name) {
            var value = globalThis[name];
            leave(value);
            if (typeof value === 'function') leave(value.prototype);
        });
        leave(globalThis);
        for (var p = Uint8Array; p !== null; p = getPrototype(p)) leave(p);
        for (p = Uint8Array.prototype; p !== null; p = getPrototype(p)) leave(p);
    }

    // Before some are replaced by others.
    leaveGlobals();
    guardStrings();
    guardArrays(Array.prototype, ['constructor', 'join', 'toString', 'toLocaleString', 'push', 'pop']);
    guardOthers();
    guardConstructors();
    stopTime();
    seedRandom();
    globalThis.InternalError = InternalError;
    globalThis.MemoryError = MemoryError;

    return {
        checked: checked,
        take: take,
        begin: function (at) { now = at; seed = at | 0; allocated = 0; joining.length = 0; touched = false; },
        // Something that is not the request's was looked at.
        touch: function () { touched = true; },
        touched: function () { return touched; },
        seal: function (extra) {
            var hidden = [async function () {}, function* () {}, async function* () {}, (async function* () {}).prototype, [][ITERATOR](),
                ''[ITERATOR](), 'a'.matchAll(/a/g), new Map().keys(), new Set().keys(), /a/, Promise.resolve()];
            var roots = [globalThis, Reflect].concat(extra);
            hidden.forEach(function (each) { for (var p = each; p !== null; p = getPrototype(p)) roots.push(p); });
            roots.forEach(leave);
            leaveGlobals();
            close();
            [Object.prototype, Function.prototype, Error.prototype, EvalError.prototype, RangeError.prototype,
                ReferenceError.prototype, SyntaxError.prototype, TypeError.prototype, URIError.prototype,
                InternalError.prototype, MemoryError.prototype].forEach(letShadow);
            late.forEach(function (_, each) { late.set(each, new Set(Reflect.ownKeys(each))); });
            freezeAll(roots.concat(shadowed));
        },
        finish: function (which) {
            version = which;
            close();
            // Not before: V8 looks for what it adds to by its global name, and does not expect to find nothing.
            closeGlobals();
            late.forEach(function (keys, each) {
                if (!ArrayBuffer.isView(each)) {
                    Reflect.ownKeys(each).forEach(function (key) {
                        if (!keys.has(key) && key !== 'stackTraceLimit') delete each[key];
                    });
                    Object.freeze(each);
                }
            });
            // The global object is a new one, and what it inherits from.
            for (var p = globalThis; p !== null; p = getPrototype(p)) Object.freeze(p);
            late = undefined;
        }
    };
})
